"""The attributes that an Orthanc keeps by default, for the tests of this folder."""

from orthanc_paging.studies.attributes import BUILT_IN_ATTRIBUTES, Attribute, Source
from orthanc_paging.studies.schema import Schema

SCHEMA = Schema(
    [
        Attribute('PatientName', '0010,0010', 'PN', Source.PATIENT),
        Attribute('PatientID', '0010,0020', 'LO', Source.PATIENT),
        Attribute('PatientBirthDate', '0010,0030', 'DA', Source.PATIENT),
        Attribute('PatientSex', '0010,0040', 'CS', Source.PATIENT),
        Attribute('StudyDate', '0008,0020', 'DA'),
        Attribute('StudyTime', '0008,0030', 'TM'),
        Attribute('AccessionNumber', '0008,0050', 'SH'),
        Attribute('StudyDescription', '0008,1030', 'LO'),
        Attribute('ReferringPhysicianName', '0008,0090', 'PN'),
        Attribute('InstitutionName', '0008,0080', 'LO'),
        Attribute('StudyInstanceUID', '0020,000d', 'UI'),
        Attribute('StudyID', '0020,0010', 'SH'),
        *BUILT_IN_ATTRIBUTES,
    ]
)


def attribute(keyword: str) -> Attribute:
    """The attribute of that keyword."""
    found = SCHEMA.find(keyword)
    assert found is not None
    return found
