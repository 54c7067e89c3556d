"""Whoever reaches a scheduler can run code: which ones are trusted, and what TLS takes."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from dask_processes import processes

from nlp.batch import cluster
from nlp.batch.cluster import is_guarded, parts_of

GUARDED = [
    "tcp://127.0.0.1:8786",
    "tcp://127.8.9.10:1",
    "tcp://localhost:65535",
    "TCP://LocalHost:8786",
    "tcp://[::1]:8786",
    "tls://10.0.0.7:8786",
    "tls://head.example.org:8786",
    "TLS://[2001:db8::7]:8786",
]
OPEN = [
    "tcp://10.0.0.7:8786",
    "tcp://192.168.1.2:8786",
    "tcp://0.0.0.0:8786",
    "tcp://[::]:8786",
    "tcp://[2001:db8::7]:8786",
    "tcp://head.example.org:8786",
    # Names and spellings that only look like this machine.
    "tcp://localhost.example.org:8786",
    "tcp://127.0.0.1.example.org:8786",
    "tcp://127.0.0.1x:8786",
    "tcp://0177.0.0.1:8786",
    "tcp://2130706433:8786",
]
NONSENSE = [
    "",
    "127.0.0.1:8786",
    "localhost",
    "tcp://localhost",
    "tcp://localhost:",
    "tcp://localhost:0",
    "tcp://localhost:65536",
    "tcp://localhost:123456",
    "tcp://localhost:٨٧٨٦",
    "tcp://localhost:-1",
    "tcp://:8786",
    "tcp://::1:8786",
    "tcp://[localhost]:8786",
    "tcp://localhost:8786/",
    "tcp://localhost:8786\n",
    " tcp://localhost:8786",
    "tcp://local host:8786",
    "tcp://127.0.0.1@head.example.org:8786",
    "tcp://head.example.org:1,tcp://127.0.0.1:8786",
    "ucx://127.0.0.1:8786",
    "ws://127.0.0.1:8786",
    "inproc://127.0.0.1/1/1",
    "http://127.0.0.1:8786",
    "s3://bucket/run",
]


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "paper.txt"
    path.write_text("The TBT Committee spoke of broadband.")
    return path


# Which ones -------------------------------------------------------------------------------


@pytest.mark.parametrize("address", GUARDED)
def test_only_this_machine_or_who_has_a_certificate(address):
    assert is_guarded(address)


@pytest.mark.parametrize("address", OPEN)
def test_anybody_on_the_network(address):
    assert not is_guarded(address)


@pytest.mark.parametrize("address", NONSENSE)
def test_no_address_at_all(address):
    with pytest.raises(ValueError, match=r"no scheduler's address; write tcp://HOST:PORT or tls://"):
        is_guarded(address)


def test_parts():
    assert parts_of("TLS://Head.Example.org:8786") == ("tls", "head.example.org")
    assert parts_of("tcp://[::1]:8786") == ("tcp", "::1")


# On the command line ------------------------------------------------------------------------


@pytest.mark.parametrize("address", OPEN[:6])
def test_an_open_scheduler_is_refused_before_anything_is_done(wsis, paper, tmp_path, address):
    code, out, err = wsis("batch", paper, "-o", tmp_path / "run", "--scheduler", address)
    assert (code, out) == (2, "")
    assert f"whoever reaches the scheduler {address} can run code on its workers and on this machine" in err
    assert "use tls:// with certificates, or say --dask-insecure" in err
    assert not (tmp_path / "run").exists()


def test_no_address_is_refused(wsis, paper, tmp_path):
    address = "tcp://name:secret@127.0.0.1:8786"
    code, _, err = wsis("batch", paper, "-o", tmp_path / "run", "--scheduler", address)
    assert code == 2
    assert "--scheduler: 'tcp://127.0.0.1:8786' is no scheduler's address" in err
    assert "secret" not in err
    assert not (tmp_path / "run").exists()


def test_who_says_so_gets_through(wsis, monkeypatch, paper, tmp_path):
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 1)
    args = ("batch", paper, "-o", tmp_path / "run", "--scheduler", "tcp://192.0.2.1:8786", "--dask-insecure")
    code, _, err = wsis(*args)
    assert code == 2
    assert "tcp://192.0.2.1:8786: Cluster unusable: no scheduler answers: " in err
    assert len(err.splitlines()) == 1


# TLS ----------------------------------------------------------------------------------------


CLIENT_CERT = "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT"


def make_certificate(folder):
    """A certificate that signs itself: authority, scheduler, workers and client in one."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "wsis-test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir()
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    cert, secret = str(folder / "cert.pem"), str(folder / "key.pem")
    return {
        "DASK_DISTRIBUTED__COMM__TLS__CA_FILE": cert,
        "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True",
        **{
            f"DASK_DISTRIBUTED__COMM__TLS__{role}__{what}": value
            for role in ("SCHEDULER", "WORKER", "CLIENT")
            for what, value in (("CERT", cert), ("KEY", secret))
        },
    }


def test_a_scheduler_with_tls(wsis, paper, tmp_path):
    ours, others = make_certificate(tmp_path / "ours"), make_certificate(tmp_path / "others")
    with processes(workers=1, protocol="tls", **ours) as dask:
        assert dask.address.startswith("tls://")

        def batch(address, certificates):
            return subprocess.run(
                [sys.executable, "-c", BATCH, paper, "-o", tmp_path / "run", "--scheduler", address, "-q"],
                env={**os.environ, **certificates},
                capture_output=True,
                text=True,
                check=False,
            )

        plain = dask.address.replace("tls:", "tcp:")
        for address, certificates, why in (
            (dask.address, {}, "there are no certificates for tls://."),
            (dask.address, {**ours, CLIENT_CERT: "/nowhere"}, "the certificates cannot be used: "),
            (dask.address, others, "no scheduler answers: "),
            (plain, {}, "no scheduler answers: "),
            (plain, ours, "Dask's configuration asks for tls://."),
        ):
            done = batch(address, certificates)
            assert done.returncode == 2
            assert done.stderr.startswith(f"Error: {address}: Cluster unusable: {why}")
            assert len(done.stderr.splitlines()) == 1
        done = batch(dask.address, ours)
        assert (done.returncode, done.stderr) == (0, "")
    assert wsis("batch", paper, "-o", tmp_path / "local", "--workers", "1", "-q")[0] == 0
    assert [path.read_bytes() for path in tmp_path.glob("run/documents/*")] == [
        path.read_bytes() for path in tmp_path.glob("local/documents/*")
    ]


#: Waits as long as it must where the machine is slow, and not where nobody can answer.
BATCH = """
import sys
from nlp.batch import cluster
from nlp.cli import main
cluster._CONNECT_SECONDS = 3
main(["batch", *sys.argv[1:]])
"""
