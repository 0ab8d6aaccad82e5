"""DICOM files to upload: tiny ones made to measure, believable ones by the hundred, and pydicom's real ones.

Nothing here comes from the network, and the same arguments give the same bytes.
"""

import hashlib
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from importlib.resources.abc import Traversable
from io import BytesIO
from itertools import count as count_from

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

_DEFAULTS: Mapping[str, object] = {
    'SpecificCharacterSet': 'ISO_IR 192',  # UTF-8
    'PatientName': 'Doe^Jane',
    'StudyDate': '20240203',
    'Modality': 'CT',
}


def uid(*names: str) -> str:
    """The UID that stands for a chain of names, such as a study's, a series' and an instance's.

    At most 44 characters of the 64 that DICOM allows. If the last name is a UID already, return that one.
    """
    if re.fullmatch(r'[0-9]+(\.[0-9]+)+', names[-1]):
        return names[-1]
    digest = hashlib.sha256('\0'.join(names).encode()).digest()
    return f'2.25.{int.from_bytes(digest[:16], "big")}'


def study_id(patient_id: str, study: str) -> str:
    """The ID by which Orthanc knows the study that `instance` makes with these arguments."""
    return resource_id(patient_id, study)


def resource_id(patient_id: str, *names: str) -> str:
    """The ID by which Orthanc knows the patient, or what the names of a study, a series, an instance lead to."""
    uids = [uid(*names[: depth + 1]) for depth in range(len(names))]
    digest = hashlib.sha1('|'.join([patient_id, *uids]).encode()).hexdigest()
    return '-'.join(re.findall('.{8}', digest))


def instance(patient_id: str, study: str, series: str, instance: str, **keywords: object) -> bytes:
    """A DICOM file without pixels, of about 500 bytes.

    `study`, `series` and `instance` are names or UIDs; see `uid`. `keywords` are DICOM attributes by their
    keywords, valid or not: they replace the defaults, and None leaves an attribute out.
    """
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    attributes = {
        **_DEFAULTS,
        'PatientID': patient_id,
        'SOPClassUID': SecondaryCaptureImageStorage,
        'StudyInstanceUID': uid(study),
        'SeriesInstanceUID': uid(study, series),
        'SOPInstanceUID': uid(study, series, instance),
        **keywords,
    }
    with pydicom.config.disable_value_validation():
        for keyword, value in attributes.items():
            if value is not None:
                setattr(dataset, keyword, value)
        file = BytesIO()
        _write(dataset, file)
    return file.getvalue()


def _write(dataset: Dataset, file: BytesIO) -> None:
    if pydicom.__version_info__[0] == '2':  # Debian's own, in the image that loads the demo's data
        dataset.is_little_endian, dataset.is_implicit_VR = True, False
        pydicom.dcmwrite(file, dataset, write_like_original=False)
    else:
        pydicom.dcmwrite(file, dataset, enforce_file_format=True)


@dataclass(frozen=True)
class SyntheticStudy:
    """A believable study: its attributes by their keywords, and the DICOM files of its instances."""

    patient_id: str
    uid: str
    attributes: Mapping[str, object]
    instances: tuple[bytes, ...]


@dataclass(frozen=True)
class _Patient:
    """Who a synthetic study is of."""

    patient_id: str
    name: str
    sex: str
    birth_date: str


def synthetic_studies(count: int, seed: int = 1) -> Iterator[SyntheticStudy]:
    """Yield `count` studies, one to four of a patient, of one to three series of one instance each.

    Their names have accents and are of several scripts; one study of a hundred has no StudyDate.
    """
    generator = random.Random(seed)
    made = 0
    for patient in _patients(generator, seed):
        for _ in range(min(generator.choice((1, 1, 1, 2, 4)), count - made)):
            yield _study(generator, patient, f'{seed}-{made}', dated=made % 100 != 7)
            made += 1
        if made == count:
            return


def _patients(generator: random.Random, seed: int) -> Iterator[_Patient]:
    for number in count_from(1):
        name, sex = generator.choice(_NAMES)
        birth_date = _day(generator, date(1931, 1, 1), date(2020, 12, 31))
        yield _Patient(f'P{seed:03}{number:06}', name, sex, birth_date)


def _study(generator: random.Random, patient: _Patient, name: str, *, dated: bool) -> SyntheticStudy:
    modality, description = generator.choice(_EXAMINATIONS)
    study_date = _day(generator, date(2012, 1, 1), date(2025, 12, 31))
    attributes: dict[str, object] = {
        'PatientName': patient.name,
        'PatientSex': patient.sex,
        'PatientBirthDate': patient.birth_date,
        'StudyDate': study_date if dated else None,
        'StudyTime': f'{generator.randrange(7, 20):02}{generator.randrange(60):02}00',
        'StudyID': str(generator.randrange(1, 100_000)),
        'StudyDescription': description,
        'AccessionNumber': f'A{study_date[:4]}{generator.randrange(10**8):08}',
        'ReferringPhysicianName': generator.choice(_NAMES)[0],
        'InstitutionName': generator.choice(_INSTITUTIONS),
        'Modality': modality,
    }
    series = range(1, generator.randint(1, 3) + 1)
    files = (
        instance(patient.patient_id, name, f'series {number}', '1', SeriesNumber=number, **attributes)
        for number in series
    )
    return SyntheticStudy(patient.patient_id, uid(name), attributes, tuple(files))


def _day(generator: random.Random, first: date, last: date) -> str:
    """A day from `first` to `last`, as DICOM writes it."""
    day = first + timedelta(days=generator.randint(0, (last - first).days))
    return day.strftime('%Y%m%d')


def pydicom_files() -> list[tuple[str, bytes]]:
    """The real DICOM files in pydicom's wheel, as (path in the wheel, content), by path.

    They differ in character set, transfer syntax and kind of object. Some are broken on purpose or belong to
    no patient: Orthanc refuses 23 of the 180. Directories of media (DICOMDIR) are left out.
    """
    files = dict(_files_below(resources.files('pydicom') / 'data'))
    return sorted((path, data) for path, data in files.items() if _is_dicom(data) and 'DICOMDIR' not in path)


def _files_below(folder: Traversable, path: str = '') -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files_below(entry, f'{path}{entry.name}/')
        else:
            yield path + entry.name, entry.read_bytes()


def _is_dicom(data: bytes) -> bool:
    return data[128:132] == b'DICM'


_NAMES = (
    ('Müller^Jürgen', 'M'),
    ('Weiß^Käthe^^Dr.', 'F'),
    ('García López^María José', 'F'),
    ('Lefèvre^Zoé', 'F'),
    ("D'Amico^Niccolò", 'M'),
    ('Ångström^Björn', 'M'),
    ('Sørensen^Mathilde', 'F'),
    ('Dvořák^Jiří', 'M'),
    ('Wójcik^Łucja', 'F'),
    ('Yılmaz^Çağla', 'F'),
    ('Nguyễn^Thị Hương', 'F'),
    ("O'Brien^Seán", 'M'),
    ('Smith^John', 'M'),
    ('SMITH^JANE', 'F'),
    ('van den Berg^Anneke', 'F'),
    ('Παπαδοπούλου^Ελένη', 'F'),
    ('Иванов^Сергей^Петрович', 'M'),
    ('Шевченко^Оксана', 'F'),
    ('الحداد^ليلى', 'F'),
    ('לוי^דוד', 'M'),
    ('Yamada^Tarou=山田^太郎=やまだ^たろう', 'M'),
    ('Suzuki^Hanako=鈴木^花子=すずき^はなこ', 'F'),
    ('Hong^Gildong=洪^吉洞=홍^길동', 'M'),
    ('Wang^XiaoDong=王^小东', 'M'),
    ('ศรีสุข^สมชาย', 'M'),
    ('शर्मा^अनिता', 'F'),
)

_EXAMINATIONS = (
    ('CR', 'Chest PA and lateral'),
    ('CR', 'Hand links 2 Ebenen'),
    ('CT', 'CT Thorax mit KM'),
    ('CT', 'Head without contrast'),
    ('CT', 'Abdomen/Pelvis'),
    ('DX', 'Genou droit, face et profil'),
    ('MG', 'Screening mammography, bilateral'),
    ('MR', 'IRM cérébrale'),
    ('MR', 'Lumbar spine'),
    ('MR', 'Knie rechts'),
    ('NM', 'Bone scan'),
    ('PT', 'FDG whole body'),
    ('US', 'Ecografía abdominal'),
    ('US', 'Abdomen complete'),
    ('XA', 'Coronary angiography'),
)

_INSTITUTIONS = ('Klinikum Süd', 'Hôpital Saint-Éloi', 'General Hospital', '東病院')
