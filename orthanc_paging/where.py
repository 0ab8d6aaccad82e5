"""Prints the path of the script that Orthanc's option `PythonScript` or `Python.Path` names.

python3 -m orthanc_paging.where
"""

from pathlib import Path

SCRIPT = Path(__file__).resolve().parent / 'entry' / 'orthanc_script.py'

if __name__ == '__main__':
    print(SCRIPT)
