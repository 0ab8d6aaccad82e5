"""Storms of change against a real Orthanc. After each storm, every study is compared with Orthanc.

python -m tests.storm [--system bookworm|trixie|sid] [--pair] [--seconds 60] [--seed N]
"""
