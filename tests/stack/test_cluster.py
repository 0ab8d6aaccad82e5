"""`docker compose --profile cluster up --build`: two Orthancs on PostgreSQL behind a load balancer."""

import time
from contextlib import suppress
from http import HTTPStatus
from itertools import cycle
from pathlib import Path
from urllib.parse import urljoin

import httpx

from tests.stack.confinement import assert_is_confined, published
from tests.stack.load import Load, under_load
from tests.stack.stack import ALL_STUDIES, REPLICAS, Stack
from tests.support.changes import CHANGES, label_it, patient_of, upload_first_study
from tests.support.dicom import instance
from tests.support.rest import RestClient
from tests.support.systems import CHECKOUT
from tests.support.truth import Study, assert_pages_are_the_truth, true_studies
from tests.support.waiting import wait_until

SOON = 60.0
"""Seconds; much longer than it should take."""
PROBE_SECONDS = 5.0
"""Timeout of a request that probes which replicas respond."""
OUTAGE = 30.0
"""Seconds for which the database is stopped."""
COMPOSE_FILE = CHECKOUT / 'docker-compose.yml'
NEW_REPLICA = 'replica-3'


def test_the_containers_cannot_harm_the_machine(cluster: Stack) -> None:
    for service in (*REPLICAS, 'balancer'):
        assert_is_confined(cluster, service)
    assert published(cluster) == {('127.0.0.1', str(cluster.port))}


def test_nothing_is_answered_without_a_password(cluster: Stack) -> None:
    for path in ('/paging/status', '/paging/count', ALL_STUDIES):
        assert RestClient(f'http://127.0.0.1:{cluster.port}').get(path).status_code == 401


def test_a_change_through_one_replica_shows_through_the_other_and_the_balancer(cluster: Stack) -> None:
    changes = [*CHANGES, label_it]
    for change in changes:
        upload_first_study(cluster.client, patient_of(change))
    assert_all_is_the_truth(cluster)
    for change, (one, other) in zip(changes, cycle([REPLICAS, REPLICAS[::-1]]), strict=False):
        print(f'{one}: {change.__name__}')
        change(cluster.replica(one), patient_of(change))
        assert_pages_are_the_truth(cluster.replica(other), SOON, ALL_STUDIES)
    assert_all_is_the_truth(cluster)


def test_an_upload_through_one_replica_is_on_a_fresh_page_of_the_other(cluster: Stack) -> None:
    for number, (one, other) in zip(range(20), cycle([REPLICAS, REPLICAS[::-1]]), strict=False):
        study = cluster.replica(one).upload(instance('fresh', f'fresh {number}', 'A', '1'))['ParentStudy']
        assert study in fresh_ids(cluster.replica(other))


def test_cursors_lead_through_both_while_studies_arrive(cluster: Stack) -> None:
    there = {study['ID'] for study in cluster.client.get_json(ALL_STUDIES)}
    with under_load(cluster.client, 'arriving', page_tries=2) as load:
        for order in ('PatientName', '-StudyDate', 'PatientID,-LastUpdate'):
            walked = walk(cluster, f'/sort-studies?sort={order}&limit=20&cursor=')
            assert len(walked) == len(set(walked))
            assert there <= set(walked)
    assert load.uploaded
    assert load.failures == []


def test_a_killed_replica_is_not_missed_and_comes_back_warm(cluster: Stack) -> None:
    killed, other = REPLICAS
    with under_load(cluster.client, 'killed', page_tries=2) as load:
        wait_until(lambda: load.uploaded, 'an upload through both', SOON)
        cluster.docker('kill', cluster.container(killed))
        for _ in range(3):
            wait_for_uploads(load)
            uploaded = set(load.uploaded)
            assert uploaded <= fresh_ids(cluster.replica(other))
        cluster.compose('start', killed)
        cluster.wait_healthy(killed)
        wait_until(lambda: answering(cluster) == set(REPLICAS), 'both replicas to respond', SOON)
    assert load.failures == []
    assert cluster.replica(killed).get_json('/paging/status')['Snapshot']['UsedAtStart']
    assert_all_is_the_truth(cluster)
    assert set(load.uploaded) <= fresh_ids(cluster.client)


def test_docker_starts_a_crashed_replica_again(cluster: Stack) -> None:
    crashed, before = REPLICAS[0], restarts(cluster)
    with under_load(cluster.client, 'crashed', page_tries=2) as load:
        cluster.crash(crashed)
        wait_until(lambda: restarts(cluster)[crashed] == before[crashed] + 1, 'Docker to start it again', SOON)
        cluster.wait_healthy(crashed)
        wait_until(lambda: answering(cluster) == set(REPLICAS), 'both replicas to respond', SOON)
    assert load.failures == []
    assert cluster.replica(crashed).get_json('/paging/status')['Snapshot']['UsedAtStart']
    assert_all_is_the_truth(cluster)


def test_a_replica_whose_machine_vanishes_is_not_missed(cluster: Stack) -> None:
    vanished, other = REPLICAS
    [network] = cluster.inspect(vanished)['NetworkSettings']['Networks']
    with under_load(cluster.client, 'vanished', page_tries=2) as load:
        wait_for_uploads(load)
        cluster.docker('network', 'disconnect', network, cluster.container(vanished))
        wait_until(lambda: answering(cluster) == {other}, 'the other replica alone to respond', SOON)
        assert set(load.uploaded) <= fresh_ids(cluster.client)
        cluster.compose('up', '--detach', '--force-recreate', '--no-deps', '--wait', vanished)
        wait_until(lambda: answering(cluster) == set(REPLICAS), 'both replicas to respond', SOON)
    assert load.failures == []
    assert_all_is_the_truth(cluster)
    assert set(load.uploaded) <= fresh_ids(cluster.client)


def test_one_more_replica_is_one_more_line_and_gets_no_request_while_it_lists(
    cluster: Stack, tmp_path: Path
) -> None:
    text = COMPOSE_FILE.read_text()
    [line] = [line for line in text.splitlines() if line.startswith(f'  {REPLICAS[-1]}: ')]
    file = tmp_path / 'docker-compose.yml'
    file.write_text(text.replace(line, f'{line}\n{line.replace(REPLICAS[-1], NEW_REPLICA)}'))
    larger = cluster.by_file(file)

    def has_joined() -> bool:
        if not lists(larger, NEW_REPLICA):
            return NEW_REPLICA in answering(cluster)
        responding = answering(cluster)
        assert not (lists(larger, NEW_REPLICA) and NEW_REPLICA in responding)
        return False

    try:
        with under_load(cluster.client, 'joined', page_tries=1) as load:
            larger.compose('up', '--detach', '--no-deps', NEW_REPLICA)
            wait_until(has_joined, f'{NEW_REPLICA} to respond', SOON)
        assert load.failures == []  # a request while it lists would be answered by a 503
        assert not larger.replica(NEW_REPLICA).get_json('/paging/status')['Snapshot']['UsedAtStart']
        assert_pages_are_the_truth(larger.replica(NEW_REPLICA), SOON, ALL_STUDIES)
    finally:
        larger.compose('rm', '--stop', '--force', NEW_REPLICA)
    wait_until(lambda: answering(cluster) == set(REPLICAS), 'both others alone to respond', SOON)


def test_no_page_fails_while_one_after_the_other_starts_anew(cluster: Stack) -> None:
    began = time.time()
    with under_load(cluster.client, 'rolling', page_tries=1) as load:
        for replica in REPLICAS:
            cluster.compose('up', '--detach', '--force-recreate', '--wait', replica)
            assert cluster.replica(replica).get_json('/paging/status')['Snapshot']['UsedAtStart']
    assert load.failures == []
    assert cluster.complaints_of_ends(began) == []
    assert_all_is_the_truth(cluster)
    assert set(load.uploaded) <= fresh_ids(cluster.client)


def test_all_recovers_by_itself_when_the_database_was_away(cluster: Stack) -> None:
    before = restarts(cluster)
    cluster.compose('stop', 'postgres')
    end = time.monotonic() + OUTAGE
    while time.monotonic() < end:
        page = cluster.client.get('/sort-studies?limit=50')
        assert page.status_code == 200, f'{page.headers} {page.text}'
    cluster.compose('start', 'postgres')
    number = iter(range(10_000))
    for replica in REPLICAS:
        wait_until(lambda: stores(cluster.replica(replica), next(number)), f'{replica} to store again', SOON)  # noqa: B023
    assert_all_is_the_truth(cluster)
    assert restarts(cluster) == before


def test_down_ends_all_without_killing_and_up_has_the_studies_again(cluster: Stack) -> None:
    before = fresh_ids(cluster.client)
    with httpx.Client(base_url=cluster.client.url) as idle:  # a browser that has left its connection open
        assert idle.get('/paging/count').status_code == 200
        assert cluster.down() == []
    assert cluster.containers() == {}
    cluster.up()
    assert fresh_ids(cluster.client) == before
    for replica in REPLICAS:
        assert cluster.replica(replica).get_json('/paging/status')['Snapshot']['UsedAtStart']


def assert_all_is_the_truth(cluster: Stack) -> None:
    """Wait until the pages of each replica, and those through the balancer, are what Orthanc itself reports."""
    for replica in REPLICAS:
        assert_pages_are_the_truth(cluster.replica(replica), SOON, ALL_STUDIES)
    truth = true_studies(cluster.client)
    served: list[Study] = cluster.client.get_json(ALL_STUDIES)
    assert [_but_stability(study) for study in served] == [_but_stability(study) for study in truth]


def _but_stability(study: Study) -> Study:
    """Return a study without `IsStable`, which each Orthanc decides by itself."""
    return {**study, 'IsStable': None}


def wait_for_uploads(load: Load, number: int = 10) -> None:
    """Wait until so many more studies have been uploaded."""
    before = len(load.uploaded)
    wait_until(lambda: len(load.uploaded) >= before + number, f'{number} more uploads', SOON)


def fresh_ids(client: RestClient) -> set[str]:
    """Return the IDs on a page that contains all earlier changes."""
    answer = client.get(ALL_STUDIES, headers={'Cache-Control': 'no-cache'})
    assert answer.status_code == 200, answer.text
    return {study['ID'] for study in answer.json()}


def walk(cluster: Stack, path: str) -> list[str]:
    """The IDs on all pages from one on, each page from another replica than the one before, or the balancer."""
    ids: list[str] = []
    for client in cycle([*map(cluster.replica, REPLICAS), cluster.client]):
        page = client.get(path)
        assert page.status_code == 200, page.text
        ids += [study['ID'] for study in page.json()]
        if 'next' not in page.links:
            break
        path = urljoin(path, page.links['next']['url'])
    return ids


def answering(cluster: Stack) -> set[str]:
    """Return the replicas that respond through the balancer.

    A request that is on its way to a machine as that vanishes may never be answered. It counts as no response.
    """
    responding = set()
    transport = httpx.HTTPTransport(verify=False)
    with httpx.Client(base_url=cluster.client.url, timeout=PROBE_SECONDS, transport=transport) as client:
        for _ in range(10):
            with suppress(httpx.TransportError):
                answer = client.get('/system', headers={'Connection': 'close'})
                if answer.status_code == HTTPStatus.OK:
                    responding.add(answer.json()['DatabaseServerIdentifier'])
    return responding


def lists(stack: Stack, service: str) -> bool:
    """Return whether a replica still lists the studies."""
    try:
        return stack.replica(service).get('/paging/count').status_code == 503
    except httpx.TransportError:
        return False


def stores(replica: RestClient, number: int) -> bool:
    """Return whether a replica takes new studies, as often as it has connections to the database."""
    answers = [
        replica.post('/instances', content=instance('after', f'after {number} {attempt}', 'A', '1'))
        for attempt in range(10)
    ]
    return all(answer.status_code == 200 for answer in answers)


def restarts(cluster: Stack) -> dict[str, int]:
    """Return how often Docker started each container again, by its service."""
    return {service: known['RestartCount'] for service, known in cluster.containers().items()}
