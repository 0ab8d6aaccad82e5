"""Expanded studies for the tests of this folder, as Orthanc returns them."""

from hashlib import sha1

from hypothesis import strategies as st

from orthanc_paging.studies.study import ExpandedStudy


def identifier(name: object) -> str:
    """An ID of Orthanc's form, the same for the same name."""
    digits = sha1(str(name).encode()).hexdigest()
    return '-'.join(digits[at : at + 8] for at in range(0, 40, 8))


def expanded(name: object, date: str | None = '20240131', series: int = 1, text: str = '') -> ExpandedStudy:
    """The study `name`; without a StudyDate if `date` is None."""
    tags = {'StudyDescription': text, 'StudyInstanceUID': f'1.2.{identifier(name)[:6]}'}
    return {
        'ID': identifier(name),
        'IsStable': True,
        'LastUpdate': '20261124T120000',
        'MainDicomTags': tags if date is None else {'StudyDate': date, **tags},
        'ParentPatient': identifier('patient'),
        'PatientMainDicomTags': {'PatientID': 'P', 'PatientName': 'Müller^Zoë'},
        'Series': [identifier(f'{name}/{number}') for number in range(series)],
        'Type': 'Study',
    }


def order_key(study: ExpandedStudy) -> tuple[str, str]:
    """Return what `/sort-studies` sorts by, said once more and naively."""
    return study['MainDicomTags'].get('StudyDate', ''), study['ID']


dates = st.sampled_from([None, '', '19991231', '20240101', '20240102', '2024.01.01', '2024'])
"""Few dates, so that ties are common; also those that no one should write."""

expanded_studies = st.builds(expanded, st.integers(0, 20), dates, st.integers(0, 3), st.text(max_size=3))
