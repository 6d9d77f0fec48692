"""Somebody asks to be erased: gone from every notebook and the server, whatever backup comes back (SYNC.md §7.17)."""

from __future__ import annotations

import hashlib

import pytest

from app.errors import PassphraseNeeded
from app.models.attachments import Attachment
from app.models.beneficiaries import Beneficiary
from app.paths import NOTEBOOK_FILE
from app.privacy.service import PrivacyService
from app.privacy.values import Anonymised
from app.rules.erasure import ANONYMISED_NAME
from app.store import backup
from app.store.search import find
from app.store.unit import writing
from app.sync.state import JournalKind
from tests.day import PASSPHRASE
from tests.privacy.decrypted import decrypted
from tests.scenarios.acts import note
from tests.scenarios.conftest import Story
from tests.scenarios.network import Notebook, all_meet

pytestmark = pytest.mark.expected_logs

NAMES = ("MARTIN", "Julie")
PHOTO = b"une image de Julie" * 100
SHA = hashlib.sha256(PHOTO).hexdigest()


def traces(notebook: Notebook) -> list[str]:
    """Where a name can still be read in a notebook: tables, then the bytes of the file, free pages included."""
    found = [f"{name} in {table}" for name in NAMES for table in notebook.holds(name)]
    workstation = notebook.workstation
    workstation.notebook.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    plain = decrypted(notebook.folder / NOTEBOOK_FILE, bytes(workstation.account.key))
    return found + [f"{name} in the file" for name in NAMES if name.encode() in plain]


def known_by_everybody(story: Story) -> str:
    """Julie, with a photograph that both notebooks hold, a note of each, a telephone typed on both sides."""
    julie, other = story.site.beneficiaries[0], story.site.beneficiaries[1]
    story.nadia.workstation.files.put(PHOTO)
    with writing(story.nadia.workstation.notebook, "photo") as unit:
        photo = {"owner_kind": "beneficiary", "owner_id": julie, "sha256": SHA, "size": len(PHOTO), "name": "Julie.jpg"}
        unit.insert(Attachment, photo)
    note(story.nadia, julie, "Julie MARTIN cherche un logement")
    note(story.karim, other, "Vient avec Julie MARTIN")
    for one, phone in ((story.nadia, "0100000001"), (story.karim, "0100000002")):
        with writing(one.workstation.notebook, "téléphone") as unit:
            unit.update(Beneficiary, julie, {"phone": phone})
    all_meet(story.nadia, story.karim)
    assert story.karim.workstation.files.has(SHA)
    assert story.karim.sync.state().to_review == 1
    return julie


def test_an_erasure_received_leaves_nothing_in_the_other_notebook(story: Story) -> None:
    julie = known_by_everybody(story)
    karim = story.karim.workstation
    key, folder = bytes(karim.account.key), story.karim.folder / backup.FOLDER_NAME
    older = backup.make_backup(karim.notebook.raw, key, folder, karim.clock)
    story.nadia.workstation.services.privacy.anonymise([julie], "Demande de la personne")
    late = note(story.karim, julie, "Julie MARTIN a rappelé")
    all_meet(story.nadia, story.karim)

    for one in (story.nadia, story.karim):
        assert one.value("beneficiary", julie, "last_name") == ANONYMISED_NAME
        assert traces(one) == []
        assert not one.workstation.files.has(SHA)
        assert find(one.workstation.notebook, ["martin"]) == []
        assert one.sync.state().to_review == 0
        assert JournalKind.COPIED not in {line.kind for line in one.sync.journal()}, "it is still the same notebook"
        assert one.value("follow_up_note", late, "noted_on") == one.clock.today().isoformat(), "what counts stays"
    assert [name for name in NAMES if name in story.network.texts()] == []
    assert not list(story.network.service.files.glob(f"??/{SHA}*"))

    # The safety copies that Karim's notebook made before keep her under its key until they are thinned out (four weeks
    # at most); one put back is erased again before anybody sees it.
    assert b"MARTIN" in decrypted(older.path, key)
    karim.leave()
    backup.restore(older.path, story.karim.folder / NOTEBOOK_FILE, key, story.network.clock)
    story.karim._open()
    assert traces(story.karim) == []
    all_meet(story.nadia, story.karim)
    assert traces(story.karim) == []


def test_a_server_restored_from_before_names_nobody_again(story: Story) -> None:
    """Nadia erased Julie and her computer is lost; the server comes back from the day before."""
    julie = known_by_everybody(story)
    copy = story.network.back_up(story.network.folder.parent / "copie")
    story.nadia.workstation.services.privacy.anonymise([julie], "Demande de la personne")
    story.nadia.meet()
    story.karim.meet()
    story.network.come_back_from(copy)
    assert [name for name in NAMES if name in story.network.texts()] == []
    all_meet(story.karim)
    assert traces(story.karim) == []
    assert [name for name in NAMES if name in story.network.texts()] == []
    assert not story.karim.workstation.files.has(SHA)
    assert not list(story.network.service.files.glob(f"??/{SHA}*"))


def test_an_erasure_received_by_a_notebook_that_locks_is_carried_out_when_it_is_unlocked(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    julie = known_by_everybody(story)
    story.nadia.workstation.services.privacy.anonymise([julie], "Demande de la personne")
    story.nadia.meet()

    def locked(_: PrivacyService) -> Anonymised:
        raise PassphraseNeeded("Le carnet est verrouillé.", "Tout est enregistré.", "Saisissez votre mot de passe.")

    with monkeypatch.context() as patched:
        patched.setattr(PrivacyService, "recover", locked)
        story.karim.sync.synchronise()
    assert traces(story.karim)
    story.karim.workstation.account.lock()
    story.karim.workstation.account.unlock(PASSPHRASE)
    assert traces(story.karim) == []
