"""The files for Prometheus and Grafana: read by Prometheus' own tool, and about metrics that there are."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.systems import CHECKOUT

MONITORING = CHECKOUT / 'config' / 'monitoring'
RULES = MONITORING / 'prometheus-rules.yml'
DASHBOARD: dict[str, Any] = json.loads((MONITORING / 'grafana-dashboard.json').read_text())
EXPRESSIONS = [target['expr'] for panel in DASHBOARD['panels'] for target in panel['targets']]
OURS = set(
    re.findall(r"^ {8}'(\w+)':", (CHECKOUT / 'orthanc_paging' / 'metrics.py').read_text(), flags=re.MULTILINE)
)


def run(promtool: Path, *arguments: object) -> str:
    ran = subprocess.run([promtool, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_prometheus_reads_the_rules(promtool: Path) -> None:
    assert 'SUCCESS: 11 rules found' in run(promtool, 'check', 'rules', '--lint=all', '--lint-fatal', RULES)


def test_the_alerts_fire_when_they_should_and_not_else(promtool: Path) -> None:
    assert 'SUCCESS' in run(promtool, 'test', 'rules', Path(__file__).with_name('prometheus_alerts.yml'))


def test_prometheus_understands_each_expression_of_the_dashboard(promtool: Path, tmp_path: Path) -> None:
    variables = {'$instance': '.*', '$__rate_interval': '5m'}
    plain = [re.sub(r'\$\w+', lambda found: variables[found[0]], expression) for expression in EXPRESSIONS]
    rules = [{'record': f'panel:number_{number}', 'expr': expression} for number, expression in enumerate(plain)]
    file = tmp_path / 'dashboard.yml'
    file.write_text(json.dumps({'groups': [{'name': 'dashboard', 'rules': rules}]}))
    assert f'SUCCESS: {len(EXPRESSIONS)} rules found' in run(promtool, 'check', 'rules', file)


@pytest.mark.parametrize('text', [RULES.read_text(), *EXPRESSIONS])
def test_rules_and_dashboard_name_existing_metrics_only(text: str) -> None:
    named = set(re.findall(r'\borthanc_(\w+)', text))
    assert named
    assert named <= {f'paging_{name}' for name in OURS} | {'count_studies'}


def test_each_metric_is_on_the_dashboard_or_raises_an_alarm() -> None:
    shown = ' '.join([RULES.read_text(), *EXPRESSIONS])
    runs = {'relist_runs_total'}  # the age says more
    assert {name for name in OURS if f'orthanc_paging_{name}' not in shown} == runs
