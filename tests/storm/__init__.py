"""Storms of change against a real Orthanc, after each of which every study is compared with what Orthanc says.

python -m tests.storm [--system bookworm|trixie|sid] [--pair] [--seconds 60] [--seed N]
"""
