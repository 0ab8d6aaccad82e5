"""The studies that the web page is tested with."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.support.dicom import instance, synthetic_studies
from tests.support.rest import RestClient
from tests.support.waiting import wait_until

HOSPITAL = 300
"""Studies of the shared set: made-up ones, and the hostile ones."""

MARKUP = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
MARKUP_OF_NAME = '<b>bold</b><script>alert(1)</script>'
HOSTILE: Sequence[tuple[str, dict[str, object]]] = [
    ('MARKUP', {'PatientName': f'{MARKUP_OF_NAME}^&amp;', 'StudyDescription': MARKUP, 'InstitutionName': MARKUP}),
    (
        'QUOTES',
        {'PatientName': '"\'`^${1}{{2}}', 'StudyDescription': '"; alert(1); //', 'AccessionNumber': "'1"},
    ),
    ('RIGHT', {'PatientName': '\u202eסוף^\u202dאבג', 'StudyDescription': 'left \u202eright \u2066both'}),
    ('EMOJI', {'PatientName': '👩‍⚕️^🩻🏳️‍🌈', 'StudyDescription': 'Z̸̡̛͉a̵͙͒l̶̼͝g̴̰͝o̶ ' + '👍🏽' * 40}),
    ('LONG', {'StudyDescription': 'L' * 65_000, 'InstitutionName': 'word ' * 50, 'PatientName': 'N' * 250}),
    ('EMPTY', {'PatientName': '', 'StudyDescription': '', 'StudyTime': '', 'AccessionNumber': None}),
    ('SPACES', {'PatientName': '   ', 'StudyDescription': '      ', 'InstitutionName': ' '}),
    ('WRONG', {'StudyDate': '20269999', 'StudyTime': 'noon', 'PatientBirthDate': 'once', 'PatientSex': 'FEMALE?'}),
]
"""Patient IDs, and the values of their studies that somebody or something made to break a page."""


def fill(orthanc: RestClient, count: int = HOSPITAL) -> None:
    """Upload the shared set, and wait until all that is computed of it is there."""
    files = [file for study in synthetic_studies(count - len(HOSTILE)) for file in study.instances]
    files += [instance(patient, patient, 'A', '1', **values) for patient, values in HOSTILE]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(orthanc.upload, files))
    wait_until_computed(orthanc, count)


def wait_until_computed(orthanc: RestClient, count: int) -> None:
    """Wait until the index contains so many studies, and the modalities of each."""

    def modalities() -> bool:
        studies = orthanc.get_json('/sort-studies?fields=ModalitiesInStudy')
        return len(studies) == count and all(study.get('ModalitiesInStudy') for study in studies)

    wait_until(modalities, 'the modalities of all studies', 60)


def upload(orthanc: RestClient, *patients: str, **values: object) -> None:
    """Upload a study of one instance for each patient, by whose ID it is called, too."""
    for patient in patients:
        orthanc.upload(instance(patient, patient, 'A', '1', **{'PatientName': f'{patient}^New', **values}))
