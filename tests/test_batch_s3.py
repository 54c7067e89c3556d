"""Inputs and runs on S3, with a server that speaks like it: same bytes, one writer, no secrets told."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import threading
import zipfile

import pytest
from dask_processes import processes, wait_for

from nlp.batch import work
from nlp.runs import RunFolder
from nlp.storage import LOCK, Locked, RemoteFiles, open_folder

pytest.importorskip("s3fs")
moto = pytest.importorskip("moto.server")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(moto|botocore|werkzeug)")

#: None of these words may be told anywhere.
SECRETS = {
    "AWS_ACCESS_KEY_ID": "AKIATESTTESTTEST",
    "AWS_SECRET_ACCESS_KEY": "s3cr3t/Of+The/Tests",
    "AWS_SESSION_TOKEN": "t0kenOfTheTests",
}
SEALED = {"run/manifest.jsonl", "run/run.json"}
TEXTS = {
    f"text-{number}.txt": f"Paper {number}.\n\nThe TBT Committee spoke of broadband.".encode()
    for number in range(3)
}


class Store:
    """A server, and the environment by which any process finds it."""

    def __init__(self):
        self.server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.server.start()
        host, port = self.server.get_host_and_port()
        self.url = f"http://{host}:{port}"
        self.environment = {
            **SECRETS,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            # Botocore would wait some 20 seconds for a server that is gone.
            "AWS_MAX_ATTEMPTS": "1",
        }

    def client(self):
        import boto3

        return boto3.client("s3")

    def stop(self):
        self.server.stop()


@pytest.fixture(scope="module")
def server():
    store = Store()
    yield store
    store.stop()


def settle(store, monkeypatch):
    """Make this process see the server, and nothing that it knew before."""
    import fsspec

    for name in [*SECRETS, "AWS_PROFILE"]:
        monkeypatch.delenv(name, raising=False)
    for name, value in store.environment.items():
        monkeypatch.setenv(name, value)
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    work._folder.cache_clear()


@pytest.fixture
def s3(server, monkeypatch):
    settle(server, monkeypatch)
    bucket = server.client()
    bucket.create_bucket(Bucket="bucket")
    yield bucket
    for name in keys(bucket):
        bucket.delete_object(Bucket="bucket", Key=name)
    settle(server, monkeypatch)


@pytest.fixture
def inputs(s3):
    for name, data in TEXTS.items():
        s3.put_object(Bucket="bucket", Key=f"in/{name}", Body=data)
    return "s3://bucket/in/"


@pytest.fixture
def local(tmp_path):
    """The same inputs on this machine."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name, data in TEXTS.items():
        (folder / name).write_bytes(data)
    return folder


def keys(s3, prefix=""):
    found = s3.list_objects_v2(Bucket="bucket", Prefix=prefix).get("Contents", [])
    return [about["Key"] for about in found]


def objects(s3, prefix):
    return {
        key.removeprefix(prefix): s3.get_object(Bucket="bucket", Key=key)["Body"].read()
        for key in keys(s3, prefix)
    }


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def process(store, *args, **environment):
    return subprocess.Popen(
        [sys.executable, "-c", "from nlp.cli import main; main()", "batch", *map(os.fspath, args)],
        env={**os.environ, **store.environment, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def tells_no_secret(*texts):
    for text in texts:
        for secret in [*SECRETS.values(), "AKIAINURL", "s3cr3t-in-url"]:
            assert secret not in text
    return True


# The same bytes -----------------------------------------------------------------------------


def test_inputs_and_run_on_s3_give_the_same_documents(wsis, s3, inputs, local, tmp_path):
    code, _, err = wsis("batch", inputs, "-o", "s3://bucket/run", "--workers", "1")
    assert code == 0
    assert err.startswith("3 inputs: 3 to do\n")
    assert wsis("batch", local, "-o", tmp_path / "run", "--workers", "1", "-q")[0] == 0
    assert objects(s3, "run/documents/") == files(tmp_path / "run/documents")
    assert {key for key in keys(s3, "run/") if "/documents/" not in key} == SEALED
    run = RunFolder("s3://bucket/run")
    told = list(run.documents())
    assert [row.source for row, _ in told] == list(TEXTS)
    assert [document for _, document in told] == [
        document for _, document in RunFolder(str(tmp_path / "run")).documents()
    ]
    assert run.record()["complete"]
    whole = objects(s3, "run/")
    assert tells_no_secret(err, *(data.decode() for data in whole.values()))
    # Again: nothing is to be done, and no byte changes.
    code, _, err = wsis("batch", inputs, "-o", "s3://bucket/run", "--workers", "1")
    assert (code, err.splitlines()[0]) == (0, "3 inputs: 3 done before")
    assert objects(s3, "run/") == whole


def test_two_workers_take_up_what_was_cut_off(server, s3, inputs, local, tmp_path, wsis):
    assert wsis("batch", local, "-o", tmp_path / "run", "--workers", "1", "-q")[0] == 0
    code, _, _ = wsis("batch", f"{inputs}text-0.txt", "-o", "s3://bucket/run", "--workers", "1", "-q")
    assert code == 0
    # As a batch leaves it that was killed: its row is loose.
    row = s3.get_object(Bucket="bucket", Key="run/manifest.jsonl")["Body"].read()
    name = keys(s3, "run/documents/")[0].rpartition("/")[2]
    s3.put_object(Bucket="bucket", Key=f"run/.wsis/rows/{name}", Body=row)
    for left in ("run/manifest.jsonl", "run/run.json"):
        s3.delete_object(Bucket="bucket", Key=left)
    running = process(server, inputs, "-o", "s3://bucket/run", "--workers", "2")
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    assert "3 inputs: 2 to do, 1 done before" in err
    assert objects(s3, "run/documents/") == files(tmp_path / "run/documents")
    # Also what came into the folder of loose rows after it was looked into.
    assert keys(s3, "run/.wsis/") == []
    assert tells_no_secret(out, err)


@pytest.mark.parametrize("word", ["in/*.txt", "in/**/*-*.txt", "in", "in/papers.zip", "in/text-1.txt"])
def test_words_that_lead_to_s3(wsis, s3, inputs, word, tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("2025/text-1.txt", TEXTS["text-1.txt"])
        archive.writestr("2025/picture.png", b"")
    s3.put_object(Bucket="bucket", Key="in/papers.zip", Body=packed.getvalue())
    s3.put_object(Bucket="bucket", Key="in/.hidden.txt", Body=b"x")
    code, out, err = wsis("batch", f"s3://bucket/{word}", "-o", tmp_path / "run", "--dry-run")
    assert code == 0, err
    found = re.findall(r"s3://bucket/in/(\S+)", out)
    assert (
        sorted(set(found))
        == {
            "in/*.txt": ["text-0.txt", "text-1.txt", "text-2.txt"],
            "in/**/*-*.txt": ["text-0.txt", "text-1.txt", "text-2.txt"],
            "in": ["papers.zip/2025/text-1.txt", "text-0.txt", "text-1.txt", "text-2.txt"],
            "in/papers.zip": ["papers.zip/2025/text-1.txt"],
            "in/text-1.txt": ["text-1.txt"],
        }[word]
    )


def test_a_changed_object_is_done_again(wsis, s3, inputs):
    args = ("batch", inputs, "-o", "s3://bucket/run", "--workers", "1")
    assert wsis(*args, "-q")[0] == 0
    before = objects(s3, "run/documents/")
    s3.put_object(Bucket="bucket", Key="in/text-1.txt", Body=b"Another text, and a much longer one. " * 9)
    s3.put_object(Bucket="bucket", Key="in/text-9.txt", Body=b"A new one.")
    code, _, err = wsis(*args)
    assert code == 0
    assert err.splitlines()[0] == "4 inputs: 2 to do, 2 done before"
    after = objects(s3, "run/documents/")
    assert len(before.keys() & after.keys()) == 2
    assert len(after) == 4
    assert len([row for row in RunFolder("s3://bucket/run").rows() if row.status == "done"]) == 4


# One writer ---------------------------------------------------------------------------------


def test_only_one_of_two_gets_the_lock(s3):
    folder = open_folder("s3://bucket/run")
    ready, release, outcomes = threading.Barrier(4), threading.Event(), []

    def take(number):
        ready.wait()
        try:
            with folder.locked(f"number {number}"):
                outcomes.append("won")
                release.wait(20)
        except Locked as error:
            outcomes.append(error.strerror)

    threads = [threading.Thread(target=take, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    wait_for(lambda: len(outcomes) == 4)
    release.set()
    for thread in threads:
        thread.join()
    assert outcomes.count("won") == 1
    (holder,) = {outcome for outcome in outcomes if outcome != "won"}
    assert re.fullmatch(r"number \d", holder)
    assert keys(s3, "run/") == []


def test_a_server_that_does_not_say_which_condition_failed(s3, monkeypatch):
    """AWS and moto name the condition, MinIO and others do not."""
    folder = open_folder("s3://bucket/run")
    real = folder._system.pipe_file

    def pipe_file(path, data, mode="overwrite", **options):
        try:
            real(path, data, mode=mode, **options)
        except FileExistsError:
            from botocore.exceptions import ClientError

            told = {"Error": {"Code": "PreconditionFailed", "Message": "did not hold"}}
            raise OSError(22, "did not hold") from ClientError(told, "PutObject")

    with folder.locked("somebody"):
        monkeypatch.setattr(folder._system, "pipe_file", pipe_file)
        with pytest.raises(Locked, match="somebody"), folder.locked("another"):
            pass
        monkeypatch.undo()


def test_a_run_that_is_held_is_left_alone(wsis, s3, inputs):
    s3.put_object(Bucket="bucket", Key=f"run/{LOCK}", Body=b"process 7 on elsewhere 0123456789ab")
    args = ("batch", inputs, "-o", "s3://bucket/run", "--workers", "1", "-q")
    code, out, err = wsis(*args)
    assert (code, out) == (2, "")
    assert err.startswith(
        "Error: s3://bucket/run: Run folder unusable: another batch is at work in it (process 7 "
    )
    assert "use --break-lock" in err
    assert len(err.splitlines()) == 1
    assert keys(s3, "run/") == [f"run/{LOCK}"]
    code, _, err = wsis(*args, "--break-lock")
    assert (code, err) == (0, "")
    assert f"run/{LOCK}" not in keys(s3, "run/")


# What goes wrong ----------------------------------------------------------------------------


def test_a_bucket_that_is_not_there_is_not_made(wsis, s3, local):
    code, _, err = wsis("batch", local, "-o", "s3://no-such-bucket/run", "--workers", "1", "-q")
    assert code == 1
    assert err.startswith("Error: s3://no-such-bucket/run: Cannot write: ")
    assert "bucket does not exist" in err
    assert len(err.splitlines()) == 1
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["bucket"]


def test_inputs_in_a_bucket_that_is_not_there(wsis, s3, inputs, tmp_path):
    args = ("batch", inputs, "s3://no-such-bucket/in/", "s3://bucket/nothing", "-o", tmp_path / "run")
    code, _, err = wsis(*args, "--workers", "1", "-q")
    assert code == 3
    lines = err.splitlines()
    assert len(lines) == 2
    assert any("bucket/nothing: Unsupported input: there is nothing at this place" in line for line in lines)
    assert any("no-such-bucket/in/: Unsupported input: there is no" in line for line in lines)


def test_every_trouble_of_the_library_comes_with_a_reason(s3, monkeypatch):
    from botocore import exceptions

    folder = open_folder("s3://bucket/run")
    for trouble in (
        exceptions.NoCredentialsError(),
        exceptions.EndpointConnectionError(endpoint_url="http://127.0.0.1:1"),
        exceptions.ReadTimeoutError(endpoint_url="http://127.0.0.1:1"),
        exceptions.ClientError({"Error": {"Code": "Odd", "Message": "Odd thing"}}, "PutObject"),
        exceptions.ParamValidationError(report="odd"),
        TimeoutError(),
    ):

        def fail(*args, trouble=trouble, **options):
            raise trouble

        for name in ("pipe_file", "cat_file", "ls", "rm", "open", "isfile"):
            monkeypatch.setattr(folder._system, name, fail)
        for call in (
            lambda: folder.write("a", b""),
            lambda: folder.read("a"),
            lambda: folder.names("a"),
            lambda: folder.remove("a"),
            lambda: folder.locked("me").__enter__(),
            lambda: RemoteFiles.find("s3://bucket/in"),
            lambda: RemoteFiles.open("s3://bucket/in/a").__enter__(),
        ):
            with pytest.raises(OSError) as caught:  # noqa: PT011 - the class is what counts
                call()
            assert str(caught.value) or isinstance(trouble, TimeoutError)


def test_a_name_and_password_in_a_url_are_not_told(wsis, s3, local, tmp_path):
    url = "s3://AKIAINURL:s3cr3t-in-url@bucket/in"
    for args in (
        (url, "-o", tmp_path / "run"),
        (local, "-o", url),
        (url, "-o", tmp_path / "dry", "--dry-run"),
    ):
        code, out, err = wsis("batch", *args, "--workers", "1")
        assert code == (0 if "--dry-run" in args else 4)
        assert "Traceback" not in err
        told = [path.read_text() for path in tmp_path.glob("run/*.json*")]
        assert tells_no_secret(out, err, *told)


@pytest.mark.parametrize("where", ["inputs", "run"])
def test_a_server_that_goes_away_in_the_middle(wsis, monkeypatch, local, tmp_path, where):
    store = Store()
    settle(store, monkeypatch)
    s3 = store.client()
    s3.create_bucket(Bucket="fragile")
    for name, data in TEXTS.items():
        s3.put_object(Bucket="fragile", Key=f"in/{name}", Body=data)
    real, done = work._tagged, []

    def tagged(task, order):
        if done and where == "inputs":
            store.stop()
        document = real(task, order)
        done.append(task)
        if len(done) == 2 and where == "run":
            store.stop()
        return document

    with monkeypatch.context() as patch:
        patch.setattr(work, "_tagged", tagged)
        words = (
            ("s3://fragile/in/", "-o", tmp_path / "run")
            if where == "inputs"
            else (local, "-o", "s3://fragile/run")
        )
        code, _, err = wsis("batch", *words, "--workers", "1", "-q")
    assert "Traceback" not in err
    assert tells_no_secret(err)
    if where == "run":
        assert code == 1
        assert err.startswith("Error: s3://fragile/run: Cannot write: ")
        assert len(err.splitlines()) == 1
        return
    assert code == 3
    assert len(re.findall(r"/text-\d.txt: Unsupported input: it cannot be read: ", err)) == 2
    assert len(list((tmp_path / "run/documents").iterdir())) == 1
    states = [row.status for row in RunFolder(str(tmp_path / "run")).rows()]
    assert sorted(states) == ["done", "failed", "failed"]


# On a cluster -------------------------------------------------------------------------------


def test_everything_at_once(server, wsis, s3, inputs, local, tmp_path):
    assert wsis("batch", local, "-o", tmp_path / "run", "--workers", "1", "-q")[0] == 0
    with processes(workers=2, **server.environment) as dask:
        args = (inputs, "-o", "s3://bucket/run", "--scheduler", dask.address)
        running = process(server, *args)
        out, err = running.communicate(timeout=60)
        assert running.returncode == 0, err
        assert objects(s3, "run/documents/") == files(tmp_path / "run/documents")
        assert json.loads(objects(s3, "run/")["run.json"])["complete"]
        logs = [path.read_text() for path in dask.folder.glob("*.log")]
    assert err.startswith("3 inputs: 3 to do\n")
    assert len(err.splitlines()) == 2
    assert tells_no_secret(out, err, *logs, *(data.decode() for data in objects(s3, "run/").values()))
