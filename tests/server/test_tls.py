"""A real certificate on a real server: a notebook synchronises with whoever proves its name, and with nobody else."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.account.secrets import MemorySecrets
from app.clock import SystemClock
from app.errors import InclusivError, InvalidInput
from app.models.operations import Company
from app.store.attachments import AttachmentFiles
from app.store.notebook import Notebook
from app.store.unit import writing
from app.sync import membership
from app.sync.service import Surroundings, SyncService
from app.sync.state import Problem
from server.passwords import Passwords
from server.running import open_service
from tests.factories import KEY
from tests.server import house
from tests.server.serving import Served, serving, verb

pytestmark = pytest.mark.expected_logs

HOST, OTHER = "carnet.exemple.fr", "autre.exemple.fr"


class Authority:
    """A certificate authority of a test."""

    def __init__(self, folder: Path, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = self._built(self._name, self._key.public_key()).add_extension(x509.BasicConstraints(True, 0), True)
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), False)
        self.path = folder / f"{name}.pem"
        self.path.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def certify(self, folder: Path, host: str) -> tuple[Path, Path]:
        """(certificate, key) of a server."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        names = x509.SubjectAlternativeName([x509.DNSName(host), x509.IPAddress(ipaddress.ip_address("192.0.2.1"))])
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        made = self._built(subject, key.public_key()).add_extension(names, False).add_extension(identifier, False)
        certificate, kept = folder / f"{host}.pem", folder / f"{host}.key"
        certificate.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        kept.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate, kept

    def _built(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = dt.datetime.now(tz=dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
        )


@dataclass
class Secure:
    """A server behind its certificate, and the authorities there are."""

    served: Served
    trusted: Authority
    stranger: Authority

    def address(self, host: str = HOST) -> str:
        return f"https://{host}:{self.served.port}"


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    folder = tmp_path_factory.mktemp("tls")
    verb("network", "init", house.NETWORK, "--data-dir", folder / "server")
    service = open_service(folder / "server", "", Passwords(memory_kib=8, passes=1))
    house.add_user(service, "nadia")
    service.database.close()
    trusted = Authority(folder, "authority")
    certificate, key = trusted.certify(folder, HOST)
    given = ("--data-dir", folder / "server", "--tls-cert", certificate, "--tls-key", key)
    with serving(folder / "journal", *given) as served:
        yield Secure(served, trusted, Authority(folder, "stranger"))


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two names are this machine's; it is not asked who it is under them."""
    asked = socket.getaddrinfo

    def found(host: Any, *more: Any, **named: Any) -> Any:
        return asked("127.0.0.1" if host in (HOST, OTHER) else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.fixture
def trust(monkeypatch: pytest.MonkeyPatch) -> Callable[[Authority], None]:
    """Give the machine this authority, and no other."""
    return lambda authority: monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))


@pytest.fixture
def nadia(tmp_path: Path) -> Iterator[SyncService]:
    """A notebook with one record to send."""
    notebook, secrets = Notebook.create(tmp_path, KEY, SystemClock()), MemorySecrets()
    files = AttachmentFiles(tmp_path, KEY)
    around = Surroundings(
        notebook=lambda: notebook,
        files=lambda: files,
        on_store=lambda work: work(),
        secrets=secrets,
        wait=lambda _: None,
    )
    with writing(notebook) as unit:
        unit.insert(Company, {"name": "Bâti-Sud 91", "organisation_id": ""})
    yield SyncService(around)
    notebook.close()


def unsent(service: SyncService) -> int:
    return service.state().unsent


def test_a_notebook_synchronises_with_the_server_that_proves_its_name(
    secure: Secure, nadia: SyncService, trust: Callable[[Authority], None]
) -> None:
    trust(secure.trusted)
    nadia.enrol(secure.address(), "nadia", house.PASSWORD)
    report = nadia.synchronise()
    assert (report.problem, report.pushed > 0, unsent(nadia)) == (Problem.NONE, True, 0)
    assert nadia.verify().equal
    context = ssl.create_default_context(cafile=secure.trusted.path)
    with context.wrap_socket(socket.create_connection((HOST, secure.served.port)), server_hostname=HOST) as line:
        assert line.version() in ("TLSv1.2", "TLSv1.3")


def test_an_unknown_authority_and_another_name_are_refused_in_words(
    secure: Secure, nadia: SyncService, trust: Callable[[Authority], None]
) -> None:
    asked = len(secure.served.lines())
    for authority, host in ((secure.stranger, HOST), (secure.trusted, OTHER)):
        trust(authority)
        with pytest.raises(InclusivError, match="n’a pas prouvé être le serveur") as told:
            nadia.enrol(secure.address(host), "nadia", house.PASSWORD)
        assert "Le carnet est intact." in told.value.sentence
        assert "prévenez votre réseau" in told.value.sentence
    assert not nadia.state().enrolled
    assert len(secure.served.lines()) == asked  # nothing was asked of it, no password was sent


def test_a_server_that_loses_its_proof_receives_nothing_more(
    secure: Secure, nadia: SyncService, trust: Callable[[Authority], None]
) -> None:
    """Somebody stands in between from one day to the next: what was typed stays here."""
    trust(secure.trusted)
    nadia.enrol(secure.address(), "nadia", house.PASSWORD)
    waiting = unsent(nadia)
    asked = len(secure.served.lines())
    trust(secure.stranger)
    report = nadia.synchronise()
    assert (report.problem, report.pushed, unsent(nadia)) == (Problem.UNPROVEN, 0, waiting)
    assert len(secure.served.lines()) == asked


@pytest.mark.parametrize("host", [HOST, "192.0.2.1", "0.0.0.0", "127.0.0.1.exemple.fr", "[2001:db8::1]"])
def test_plain_http_is_for_this_machine_only(secure: Secure, nadia: SyncService, host: str) -> None:
    with pytest.raises(InvalidInput, match="https://") as told:
        nadia.enrol(f"http://{host}:{secure.served.port}", "nadia", house.PASSWORD)
    assert "Rien n’a été envoyé." in told.value.sentence


def test_a_notebook_never_falls_back_to_plain_http(
    secure: Secure, nadia: SyncService, tmp_path: Path, trust: Callable[[Authority], None]
) -> None:
    """Not even when what it remembers says so."""
    trust(secure.trusted)
    nadia.enrol(secure.address(), "nadia", house.PASSWORD)
    membership.change(nadia._around.notebook(), server=f"http://{HOST}:{secure.served.port}")
    report = nadia.synchronise()
    assert report.problem is Problem.NOT_SECURE
    assert report.pushed == 0
