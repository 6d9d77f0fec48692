"""The documents, read back from their PDF."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import datetime as dt
import functools
import io
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from app.models.choices import DocumentKind, Recipient, SignerRole
from app.reports import content as c
from app.reports import rendering
from app.reports.documents import follow_up_sheet, hours_sizing, monthly_statement, recovery_sheet, visit_report
from app.reports.page import WIDTH, page_count, pages_of
from app.reports.table import Table
from app.rules import french
from tests.reports import reading, samples

ALL: dict[str, Callable[[], bytes]] = {
    "visit": lambda: visit_report.render(samples.visit()),
    "visit_file": lambda: visit_report.render(samples.visit_for_file()),
    "person": lambda: follow_up_sheet.render(samples.follow_up()),
    "file": lambda: follow_up_sheet.render(samples.follow_up(Recipient.FILE)),
    "blank": lambda: monthly_statement.render(samples.statement(12)),
    "filled": lambda: monthly_statement.render(samples.statement(12, filled=True)),
    "sizing": lambda: hours_sizing.render(samples.sizing()),
    "recovery": lambda: recovery_sheet.render(samples.recovery()),
    "attestation": lambda: rendering.render(samples.attestation()),
    "clause": lambda: rendering.render(samples.clause()),
    "reminder": lambda: rendering.render(samples.reminder()),
}

every_document = pytest.mark.parametrize("name", ALL)


@functools.cache
def made(name: str) -> bytes:
    """A document, made once."""
    return ALL[name]()


def reader(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


# --- every document ----------------------------------------------------------------------------


@every_document
def test_two_renders_give_identical_bytes(name: str) -> None:
    assert ALL[name]() == made(name)


def test_two_threads_may_make_documents_at_the_same_time() -> None:
    names = list(ALL) * 3
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda name: ALL[name](), names))
    assert results == [made(name) for name in names]


@every_document
def test_file_says_its_language_title_author_and_subject(name: str) -> None:
    pdf = reader(made(name))
    root: Any = pdf.trailer["/Root"]
    assert root["/Lang"] == "fr-FR"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] is True or str(
        root["/ViewerPreferences"]["/DisplayDocTitle"]
    ) in ("true", "True")
    assert pdf.metadata is not None
    assert pdf.metadata.title
    assert pdf.metadata.author == samples.organisation().name
    assert pdf.metadata.subject
    assert "/JavaScript" not in root.get("/Names", {})


@every_document
def test_every_font_is_embedded_and_helvetica_is_absent(name: str) -> None:
    pdf = reader(made(name))
    seen = set()
    for page in pdf.pages:
        fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]
        for one in fonts.values():
            font = one.get_object()
            seen.add(str(font["/BaseFont"]))
            assert "/FontFile2" in font["/FontDescriptor"].get_object()
            assert "/ToUnicode" in font
    assert seen
    assert all("SourceSans3" in font for font in seen)


@every_document
def test_every_page_is_a4_numbered_and_traceable(name: str) -> None:
    data = made(name)
    texts = reading.pages(data)
    for number, (page, words) in enumerate(zip(reader(data).pages, texts, strict=True), start=1):
        assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)
        assert f"page {number}/{len(texts)}" in words
        assert "établi avec Inclusiv’Terrain v1.0.0 le 22 novembre 2026 à 16 h 03" in words
        assert "Données personnelles" in words
        if name != "recovery":
            assert re.search(r"empreinte [0-9a-f]{8}\b", words)


@every_document
def test_structure_is_read_in_order_by_a_screen_reader(name: str) -> None:
    data = made(name)
    tree = reading.structure(data)
    roles = [role for role, _, _ in tree]
    assert roles[0] == "/Document"
    assert roles.count("/H1") == 1
    assert {"/P", "/H1"} <= set(roles)
    assert all(alt for role, alt, _ in tree if role == "/Figure")
    root: Any = reader(data).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    numbers = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    for number, page in enumerate(reader(data).pages):
        assert [int(page["/StructParents"]), int(numbers[2 * number])] == [number, number]  # type: ignore[call-overload]
        pieces = {int(one) for one in re.findall(rb"/MCID (\d+)>> BDC", page.get_contents().get_data())}  # type: ignore[union-attr]
        assert pieces == set(range(len(numbers[2 * number + 1].get_object())))
        stream = page.get_contents().get_data()  # type: ignore[union-attr]
        assert len(re.findall(rb"\b(?:BDC|BMC)\b", stream)) == len(re.findall(rb"\bEMC\b", stream))


@every_document
def test_no_sentence_promises_an_electronic_signature(name: str) -> None:
    assert "signature électronique" not in reading.text(made(name)).lower()


@pytest.mark.parametrize(("draft", "demonstration"), [(True, False), (False, True), (True, True), (False, False)])
def test_stripes_are_on_every_page(draft: bool, demonstration: bool) -> None:
    content = samples.visit()
    stamp = dataclasses.replace(content.stamp, draft=draft, demonstration=demonstration)
    for page in reading.pages(visit_report.render(dataclasses.replace(content, stamp=stamp))):
        assert ("BROUILLON" in page) == draft
        assert ("DÉMONSTRATION" in page) == demonstration


def test_digest_changes_with_any_part_of_the_content() -> None:
    base = samples.visit()
    photo = dataclasses.replace(base.photos[0], data=base.photos[0].data + b"\x00")
    others = (
        dataclasses.replace(base, free_note="autre"),
        dataclasses.replace(base, photos=(photo, *base.photos[1:])),
        dataclasses.replace(base, signatures=base.signatures[:1]),
        dataclasses.replace(base, signatures=(dataclasses.replace(base.signatures[0], strokes=samples.strokes(9)),)),
        dataclasses.replace(base, stamp=dataclasses.replace(base.stamp, recipient=Recipient.BUYER)),
    )
    digests = {c.digest(one) for one in (base, *others)}
    assert len(digests) == 6
    assert c.digest(samples.visit()) == c.digest(base)
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in digests)


def test_a_naive_date_is_refused() -> None:
    with pytest.raises(ValueError):
        samples.stamp(DocumentKind.VISIT_REPORT, "n", established_at=dt.datetime(2026, 11, 22))


def lengthened(value: Any, text: str) -> Iterator[Any]:
    """The same content with one of its texts replaced, for each of its texts; codes made by us are short."""
    for field in dataclasses.fields(value):
        if field.name in ("paper_code", "code_groups"):
            continue
        one = getattr(value, field.name)
        if type(one) is str:
            yield dataclasses.replace(value, **{field.name: text})
        elif isinstance(one, tuple) and one:
            if type(one[0]) is str:
                yield dataclasses.replace(value, **{field.name: (text, *one[1:])})
            elif dataclasses.is_dataclass(one[0]):
                for other in lengthened(one[0], text):
                    yield dataclasses.replace(value, **{field.name: (other, *one[1:])})
        elif dataclasses.is_dataclass(one):
            for other in lengthened(one, text):
                yield dataclasses.replace(value, **{field.name: other})


LENGTHENED: dict[str, Callable[[], c.DocumentContent]] = {
    "visit": lambda: samples.visit_for_file(photos=1, people=1),
    "sheet": lambda: samples.follow_up(Recipient.FILE),
    "person": lambda: samples.follow_up(),
    "blank": lambda: samples.statement(2),
    "filled": lambda: samples.statement(8, filled=True),
    "sizing": lambda: samples.sizing(),
    "recovery": lambda: samples.recovery(),
    "attestation": lambda: samples.attestation(2, pooled=True),
    "clause": lambda: samples.clause(),
    "reminder": lambda: samples.reminder(),
}


@pytest.mark.parametrize("name", LENGTHENED)
def test_no_text_is_too_long_to_be_printed(name: str) -> None:
    contents = list(lengthened(LENGTHENED[name](), "un mot, un autre ; " * 400))
    assert len(contents) > 10
    for content in contents:
        assert rendering.page_count(content) >= 1
    assert rendering.render(contents[-1]).startswith(b"%PDF")


@pytest.mark.parametrize("name", LENGTHENED)
def test_one_door_renders_and_counts_any_document(name: str) -> None:
    content = LENGTHENED[name]()
    data = rendering.render(content)
    assert len(reader(data).pages) == rendering.page_count(content)


def test_different_documents_may_be_printed_together() -> None:
    contents = [make() for make in LENGTHENED.values()]
    texts = reading.pages(rendering.render_many(contents))
    assert len(texts) == sum(rendering.page_count(content) for content in contents)
    assert "Compte rendu" in texts[0]
    assert "Relance" in texts[-1]


# --- recipients --------------------------------------------------------------------------------


@pytest.mark.parametrize("recipient", [Recipient.COMPANY, Recipient.BUYER, Recipient.PERSON])
def test_a_dossier_part_is_refused_for_anybody_but_the_file(recipient: Recipient) -> None:
    visit = samples.visit_for_file()
    sheet = samples.follow_up(Recipient.FILE)
    with pytest.raises(c.WrongRecipient):
        visit_report.render(dataclasses.replace(visit, stamp=dataclasses.replace(visit.stamp, recipient=recipient)))
    with pytest.raises(c.WrongRecipient):
        follow_up_sheet.render(dataclasses.replace(sheet, stamp=dataclasses.replace(sheet.stamp, recipient=recipient)))


def test_the_file_copy_shows_eligibility_and_the_others_do_not() -> None:
    for words in ("Demandeur d’emploi de longue durée", "Attestation France Travail", "Bénéficiaire du RSA"):
        assert words in reading.text(visit_report.render(samples.visit_for_file()))
        assert words in reading.text(follow_up_sheet.render(samples.follow_up(Recipient.FILE)))
        assert words not in reading.text(visit_report.render(samples.visit()))
        assert words not in reading.text(follow_up_sheet.render(samples.follow_up()))


def _classes_reachable(cls: Any, seen: set[Any]) -> set[Any]:
    """All the value classes a content can hold, ``dossier`` parts left aside."""
    import types
    import typing

    if not dataclasses.is_dataclass(cls) or cls in seen:
        return seen
    seen.add(cls)
    hints = typing.get_type_hints(cls)
    for name, hint in hints.items():
        if name == "dossier":
            continue
        stack = [hint]
        while stack:
            one = stack.pop()
            if isinstance(one, types.UnionType) or typing.get_origin(one):
                stack += typing.get_args(one)
            else:
                _classes_reachable(one, seen)
    return seen


@pytest.mark.parametrize("cls", [c.VisitReportContent, c.FollowUpSheetContent, c.MonthlyStatementContent])
def test_outside_the_dossier_part_there_is_no_place_for_eligibility(cls: Any) -> None:
    reachable = _classes_reachable(cls, set())
    assert c.EligibilityLine not in reachable
    names = [name for one in reachable for name in one.__dataclass_fields__]
    assert not [name for name in names if re.search("eligib|public|criter|proof|scheme|prescriber", name)]


# --- visit report ------------------------------------------------------------------------------


def test_visit_report_shows_all_its_content() -> None:
    content = samples.visit()
    words = reading.text(visit_report.render(content))
    identity = content.identity
    expected = [
        "VIS-2026-NO-0042", "Dimanche 22 novembre 2026, 9 h 25 – 9 h 53", identity.place, identity.operation,
        identity.lot, identity.buyer, "SIRET 999 001 237 00018", "06 12 34 56 78", *content.summary,
        "1 820 h à réaliser", "70,5 % validés", "1 284 h validées", "140,50 h reçues, à valider",
        "395,50 h restantes", content.positions[0].projection, content.last_statement,
        "Prochaine visite : mardi 15 décembre 2026", "exemplaire entreprise",
        "Signature recueillie sur écran le 22/11/2026 à 16 h 03, Massy.", "en présence de Nadia DIALLO",
        "Diffusion : Bâti-Sud 91, Ville de Massy (exemple), dossier", "Levé ce jour", "ouvert depuis 2 visites",
    ]  # fmt: skip
    expected += [one.name for one in content.site_people]
    expected += [one.name for one in content.beneficiaries]
    for line in content.observations:
        expected += [line.number, line.text]
    expected += [french.format_date(one.due_on) for one in content.actions]
    expected += [f"Photo {one.number}" for one in content.photos]
    for one in expected:
        assert reading.squeeze(one) in words, one


def test_chapters_are_bookmarked_in_order() -> None:
    outline = [str(one.title) for one in reader(visit_report.render(samples.visit())).outline]  # type: ignore[union-attr]
    assert outline == [
        "L’essentiel", "Présents", "Situation de la clause", "Bénéficiaires rencontrés", "Constats",
        "Points des visites précédentes", "Actions", "Photos", "Prochaine visite et observations libres", "Signatures",
    ]  # fmt: skip


def test_a_refusal_prints_its_reason_and_no_strokes() -> None:
    refusal = c.SignatureBlock(
        "Paul FERRAND",
        SignerRole.COMPANY,
        signed_at=samples.NOW,
        refused=True,
        refusal_reason="conteste les heures d’octobre",
    )
    words = reading.text(visit_report.render(samples.visit(signatures=(refusal,))))
    assert "Paul FERRAND refuse de signer, motif : conteste les heures d’octobre" in words
    assert "Refuse de signer" in words
    assert "recueillie sur écran" not in words


def test_a_rectification_names_what_it_corrects() -> None:
    content = samples.visit(corrects_number="VIS-2026-NO-0041", correction_reason="Date de visite erronée.")
    words = reading.text(visit_report.render(content))
    assert "Ce compte rendu rectifie le n° VIS-2026-NO-0041. Motif : Date de visite erronée." in words


def test_photos_enter_untouched_and_a_damaged_one_is_said() -> None:
    content = samples.visit(photos=3)
    broken = dataclasses.replace(content.photos[1], data=b"\xff\xd8\xff not a picture")
    data = visit_report.render(dataclasses.replace(content, photos=(content.photos[0], broken, content.photos[2])))
    assert content.photos[0].data in data
    assert content.photos[2].data in data
    assert "Photo illisible" in reading.text(data)


def test_ten_photos_weigh_less_than_two_megabytes() -> None:
    assert len(visit_report.render(samples.visit(photos=10))) < 2_000_000


def test_an_empty_visit_is_one_page_and_has_no_empty_chapter() -> None:
    content = samples.visit(
        people=0, photos=0, summary=(), site_people=(), positions=(), last_statement="", observations=(),
        earlier_points=(), actions=(), signatures=(), distribution=(), next_visit_on=None,
    )  # fmt: skip
    data = visit_report.render(content)
    assert len(reading.pages(data)) == 1
    words = reading.text(data)
    assert "Prochaine visite : " in words
    for title in ("Présents", "Constats", "Photos", "Actions", "Signatures", "Bénéficiaires"):
        assert title not in words


def test_a_note_of_ten_thousand_signs_runs_over_pages_and_nothing_is_lost() -> None:
    note = " ".join(f"mot{n}" for n in range(1500))
    assert len(note) > 10_000
    detail = tuple(
        dataclasses.replace(one, detail=note.replace("mot", "det")) if one.number == "42.2" else one
        for one in samples.visit().observations
    )
    data = visit_report.render(samples.visit(free_note=note, observations=detail, photos=0))
    words = reading.text(data).split()
    for n in range(1500):
        assert f"mot{n}" in words
        assert f"det{n}" in words


TYPED = st.text(min_size=1, max_size=60)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TYPED, st.text(alphabet="x-/", min_size=200, max_size=400))
def test_whatever_is_typed_the_report_is_made(typed: str, endless: str) -> None:
    content = samples.visit(people=2, photos=0)
    content = dataclasses.replace(
        content,
        identity=dataclasses.replace(content.identity, place=endless, operation=typed, company=typed),
        summary=(typed, endless),
        free_note=typed + "\n" + endless,
        observations=(c.ObservationLine("42.1", typed, endless, typed, typed),),
        organisation=samples.organisation(name=typed, logo=None),
        signatures=(c.SignatureBlock(endless, SignerRole.COMPANY, typed, refused=True, refusal_reason=endless),),
    )
    assert visit_report.render(content).startswith(b"%PDF-1.7")


# --- follow-up sheet ---------------------------------------------------------------------------


def test_the_person_reads_how_many_hours_until_when_and_whom_to_call() -> None:
    content = samples.follow_up()
    first = reading.pages(follow_up_sheet.render(content))[0]
    for words in (
        "Julie MARTIN", "Année de naissance : 1994", "Nadia DIALLO", "06 12 34 56 78", "Où j’en suis",
        "324,50 h faites", "encore 275,50 h", "jusqu’au 28 février 2027", "Vendredi 4 décembre 2026",
        "à 14 h 00", "Bâti-Sud 91", "Luc PERRIN", "736,50", content.objectives,
        *(action.text for action in content.actions),
    ):  # fmt: skip
        assert reading.squeeze(words) in first, words


def test_the_persons_copy_holds_the_whole_information_on_rights() -> None:
    words = reading.text(follow_up_sheet.render(samples.follow_up()))
    for title, text in samples.organisation().privacy_long:
        assert reading.squeeze(f"{title}. {text}") in words
    assert "Naissance" not in words
    assert "Journal des contacts" not in words


def test_the_file_copy_adds_the_contact_log_and_the_birth_date() -> None:
    content = samples.follow_up(Recipient.FILE)
    words = reading.text(follow_up_sheet.render(content))
    assert content.dossier is not None
    for one in ("14 mai 1994", "B-2026-0117", "Mission locale (exemple)", "Journal des contacts", "20/11/2026"):
        assert one in words
    for line in content.dossier.contact_log:
        assert reading.squeeze(line.text) in words


def test_a_short_sheet_holds_on_one_page() -> None:
    content = samples.follow_up(contracts=(), trainings=(), signatures=())
    assert page_count(follow_up_sheet.part(content)) == 1


def test_twelve_months_are_shown_with_their_figures() -> None:
    words = reading.pages(follow_up_sheet.render(samples.follow_up()))[0]
    for month in ("déc. 25", "janv. 26", "août 26", "nov. 26"):
        assert month in words
    assert "151,67" in words


def test_many_sheets_make_one_file_numbered_one_by_one() -> None:
    sheets = [samples.follow_up(person_name=f"Personne {n}", signatures=(), trainings=()) for n in range(3)]
    data = follow_up_sheet.render_many(sheets)
    texts = reading.pages(data)
    alone = [len(reading.pages(follow_up_sheet.render(one))) for one in sheets]
    assert len(texts) == sum(alone)
    at = 0
    for number, count in enumerate(alone):
        assert f"Personne {number}" in texts[at]
        assert f"page 1/{count}" in texts[at]
        at += count
    with pytest.raises(ValueError):
        follow_up_sheet.render_many([])


# --- monthly statement -------------------------------------------------------------------------


@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize("people", [0, 1, 5, 12, 15, 22])
def test_up_to_22_people_hold_on_one_page(people: int, filled: bool) -> None:
    content = samples.statement(people, filled=filled)
    data = monthly_statement.render(content)
    words = reading.pages(data)
    assert len(words) == 1
    for line in content.lines:
        assert f"{line.rank} {line.name}" in words[0]


def test_22_people_on_four_lots_still_hold_on_one_page() -> None:
    lots = tuple(f"Construction d’une école de musique, lot {n}" for n in range(1, 5))
    assert page_count(monthly_statement.part(samples.statement(22, operations=lots))) == 1


@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize("people", [23, 60])
def test_more_people_take_more_pages_with_the_header_on_each(people: int, filled: bool) -> None:
    content = samples.statement(people, filled=filled)
    pages = reading.pages(monthly_statement.render(content))
    assert len(pages) > 1 or (filled and people == 23)
    shown = [page for page in pages if re.search(r"\d+ [A-ZÉŒ’-]{3,} ", page)]
    assert all("N° Nom Contrat Dates" in page for page in pages if "151,67" in page)
    words = " ".join(shown)
    ranks = [f"{line.rank} {line.name}" for line in content.lines]
    assert [words.index(rank) for rank in ranks] == sorted(words.index(rank) for rank in ranks)
    total = "Total retenu" if filled else "Total de l’entreprise"
    page = next(page for page in pages if total in page)
    assert ranks[-1] in page


@pytest.mark.parametrize(("people", "least"), [(1, 9.0), (12, 9.0), (22, 5.0), (60, 9.0)])
def test_boxes_to_write_in_are_large(people: int, least: float) -> None:
    _, blocks = monthly_statement.part(samples.statement(people))
    table = next(block for block in blocks if isinstance(block, Table) and len(block._rows) == people + 1)
    assert table._row_height(table._rows[0], WIDTH) / 72 * 25.4 >= least - 0.01


def test_the_blank_statement_shows_no_figure_even_when_some_are_known() -> None:
    content = dataclasses.replace(samples.statement(12, filled=True), filled=False)
    words = reading.text(monthly_statement.render(content))
    assert "140,75" not in words
    assert "déclaré" not in words
    for one in ("BS-1126-K7", "10 décembre 2026", "CP congés", "Je certifie l’exactitude", "signature et cachet"):
        assert one in words


def test_the_filled_statement_shows_differences_state_and_position() -> None:
    content = samples.statement(12, filled=True)
    words = reading.text(monthly_statement.render(content))
    expected = (
        "déclaré 140 — retenu 104 (bulletin de paie : 104 h)", "État : validé le 8 décembre 2026 par Nadia DIALLO.",
        "Total déclaré par l’entreprise : 1 725 h (écart 36 h).", "1 284 h validées", "395,50 h restantes",
        "LAMBERT Noé, arrivée le 16/11/2026", "GARCIA Eva, départ le 13/11/2026 (embauche en CDI)",
    )  # fmt: skip
    for one in expected:
        assert one in words, one
    assert french.format_hours(content.worked_total).replace("\u202f", " ") in words


# --- sizing and recovery -----------------------------------------------------------------------


def test_the_calculation_can_be_redone_from_the_paper() -> None:
    words = reading.text(hours_sizing.render(samples.sizing()))
    for one in (
        "1 000 000,00 €", "50 %", "5 %", "30,00 €", "833,33 h", "820 h",
        "montant HT des travaux × taux de main d’œuvre",
        "minimum de 5 %", "article 4.3", "Durée du lot ramenée à 7 mois", "1 666,67 h", "22 novembre 2026",
    ):  # fmt: skip
        assert one in words, one
    assert "le respecte" in words
    low = reading.text(hours_sizing.render(samples.sizing(effort_rate=450)))
    assert "inférieur à ce minimum" in low


def test_the_sizing_and_recovery_sheets_hold_on_one_page() -> None:
    assert page_count(hours_sizing.part(samples.sizing())) == 1
    assert page_count(recovery_sheet.part(samples.recovery())) == 1


def test_the_recovery_sheet_shows_every_group_and_no_fingerprint() -> None:
    content = samples.recovery()
    words = reading.text(recovery_sheet.render(content))
    for group in content.code_groups:
        assert group in words
    assert "empreinte" not in words
    assert "enveloppe cachetée" in words
    assert "Détruire la fiche précédente" not in words
    assert "Détruire la fiche précédente" in reading.text(
        recovery_sheet.render(samples.recovery(replaces_previous=True))
    )


# --- sixty cases: nothing is cut ---------------------------------------------------------------


def synthetic(seed: int) -> c.VisitReportContent:
    """A visit of any size, each row, photo and signature with a token at each end."""
    rnd = random.Random(seed)

    def words(tag: str) -> str:
        return " ".join([f"{tag}a", *["mot"] * rnd.randrange(0, 60), f"{tag}z"])

    small = samples.jpeg(seed, (280, 210))
    base = samples.visit(people=rnd.randrange(0, 14), photos=0, seed=seed)
    return dataclasses.replace(
        base,
        beneficiaries=tuple(
            dataclasses.replace(one, name=f"B{n}a", remarks=(words(f"B{n}r"), f"B{n}z"))
            for n, one in enumerate(base.beneficiaries)
        ),
        observations=tuple(
            c.ObservationLine(f"42.{n + 1}", "Formation", words(f"O{n}t"), words(f"O{n}d"), f"O{n}p")
            for n in range(rnd.randrange(0, 12))
        ),
        actions=tuple(c.ActionLine(words(f"A{n}"), "x", samples.DAY) for n in range(rnd.randrange(0, 9))),
        photos=tuple(
            c.ReportPhoto(n + 1, small, *rnd.choice([(280, 210), (210, 280), (280, 100)]), words(f"P{n}"))
            for n in range(rnd.randrange(0, 9))
        ),
        signatures=tuple(
            c.SignatureBlock(f"S{n}a", SignerRole.COMPANY, refused=True, refusal_reason=f"S{n}z")
            for n in range(rnd.randrange(0, 4))
        ),
        free_note=words("N") * rnd.randrange(1, 4),
    )


@pytest.mark.parametrize("start", range(0, 60, 10))
def test_no_row_photo_or_signature_is_cut(start: int) -> None:
    for seed in range(start, start + 10):
        content = synthetic(seed)
        data = visit_report.render(content)
        texts = [set(page.replace(".", " ").replace(",", " ").split()) for page in reading.pages(data)]
        pictures = reading.pictures(data)

        def page_with(token: str, texts: list[set[str]] = texts, seed: int = seed) -> int:
            places = [number for number, page in enumerate(texts) if token in page]
            assert len(places) == 1, f"{token} on {len(places)} pages (case {seed})"
            return places[0]

        pairs = [(f"B{n}a", f"B{n}z") for n in range(len(content.beneficiaries))]
        pairs += [(f"O{n}ta", f"O{n}dz") for n in range(len(content.observations))]
        pairs += [(f"O{n}ta", f"O{n}p") for n in range(len(content.observations))]
        pairs += [(f"A{n}a", f"A{n}z") for n in range(len(content.actions))]
        pairs += [(f"P{n}a", f"P{n}z") for n in range(len(content.photos))]
        for first, last in pairs:
            assert page_with(first) == page_with(last), (seed, first)
        for n in range(len(content.signatures)):
            assert any(f"S{n}a" in page and f"S{n}z" in page for page in texts)
        captions = [0] * len(texts)
        for n in range(len(content.photos)):
            captions[page_with(f"P{n}a")] += 1
        captions[0] += 1  # the logo
        assert pictures == captions, seed


@pytest.mark.parametrize("seed", range(0, 60, 4))
def test_everything_stays_in_the_body_and_no_large_gap_is_left_inside_a_chapter(seed: int) -> None:
    part = visit_report.part(synthetic(seed))
    frame, _ = part
    pages = pages_of(part)
    for number, page in enumerate(pages):
        limit = frame.following_height if number else frame.first_height
        bottom = max(placed.top + placed.height for placed in page)
        assert bottom <= limit + 0.02
        if number + 1 < len(pages) and limit - bottom > limit / 3:
            following = pages[number + 1][0].block
            assert getattr(following, "_bookmark", ""), f"gap of {limit - bottom:.0f} points before no chapter"


def test_nothing_is_drawn_in_the_footer_or_the_margins() -> None:
    import pypdfium2  # type: ignore[import-untyped]

    document = pypdfium2.PdfDocument(visit_report.render(synthetic(3)))
    for page in document:
        text_page = page.get_textpage()
        for index in range(text_page.count_rects()):
            left, bottom, right, _ = text_page.get_rect(index)
            assert left >= 20 / 25.4 * 72 - 1
            assert right <= 595.28 - 15 / 25.4 * 72 + 1
            assert bottom >= 15 / 25.4 * 72 - 1
        text_page.close()
        page.close()
    document.close()
