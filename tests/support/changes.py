"""Each kind of change that Orthanc knows, made to a study that is there for it."""

from collections.abc import Callable

from tests.support.dicom import instance, resource_id, study_id
from tests.support.rest import RestClient

Change = Callable[[RestClient, str], None]
"""Does something to the first study of a patient, which has two series of two instances."""


def upload_first_study(orthanc: RestClient, patient: str) -> None:
    """Have the study there to which changes are made."""
    for series in 'AB':
        for number in '12':
            orthanc.upload(instance(patient, patient, series, number, StudyDate='20240101'))


def add_a_study(orthanc: RestClient, patient: str) -> None:
    orthanc.upload(instance(patient, patient + 'T', 'A', '1'))


def add_a_series(orthanc: RestClient, patient: str) -> None:
    orthanc.upload(instance(patient, patient, 'C', '1'))


def add_an_instance(orthanc: RestClient, patient: str) -> None:
    orthanc.upload(instance(patient, patient, 'A', '3'))


def overwrite_it(orthanc: RestClient, patient: str) -> None:
    for series in 'AB':
        for number in '12':
            orthanc.upload(instance(patient, patient, series, number, StudyDate='20250101'))


def modify_it(orthanc: RestClient, patient: str) -> None:
    orthanc.post_json(f'/studies/{study_of(patient)}/modify', {'Replace': {'StudyDate': '20220101'}})


def modify_it_and_drop_the_source(orthanc: RestClient, patient: str) -> None:
    request = {'Replace': {'StudyDate': '20220101'}, 'KeepSource': False}
    orthanc.post_json(f'/studies/{study_of(patient)}/modify', request)


def anonymize_it(orthanc: RestClient, patient: str) -> None:
    orthanc.post_json(f'/studies/{study_of(patient)}/anonymize', {})


def delete_a_series(orthanc: RestClient, patient: str) -> None:
    delete(orthanc, f'/series/{resource_id(patient, patient, "A")}')


def delete_it(orthanc: RestClient, patient: str) -> None:
    delete(orthanc, f'/studies/{study_of(patient)}')


def delete_the_patient(orthanc: RestClient, patient: str) -> None:
    delete(orthanc, f'/patients/{resource_id(patient)}')


def label_it(orthanc: RestClient, patient: str) -> None:
    """Orthanc 1.12.0 on."""
    assert orthanc.put(f'/studies/{study_of(patient)}/labels/seen', content=b'').status_code == 200


def delete_it_and_send_another(orthanc: RestClient, patient: str) -> None:
    delete_it(orthanc, patient)
    orthanc.upload(instance(patient, patient, 'D', '1', StudyDate='20210101'))


CHANGES: list[Change] = [
    add_a_study,
    add_a_series,
    add_an_instance,
    overwrite_it,
    modify_it,
    modify_it_and_drop_the_source,
    anonymize_it,
    delete_a_series,
    delete_it,
    delete_the_patient,
    delete_it_and_send_another,
]


def patient_of(change: Change) -> str:
    """The ID of the patient whose study is there for a change."""
    return change.__name__


def study_of(patient: str) -> str:
    """The ID of the study that each patient has from the start."""
    return study_id(patient, patient)


def delete(orthanc: RestClient, path: str) -> None:
    """Delete what is at a path, and be it the log of changes."""
    assert orthanc.delete(path).status_code == 200
