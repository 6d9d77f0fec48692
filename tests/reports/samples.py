"""Invented contents: nobody here exists; SIRET are in the 999 block."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import math
import random

from PIL import Image, ImageDraw, ImageFilter

from app.models.choices import (
    DocumentKind,
    MeetingStatus,
    PointState,
    PresenceStatus,
    Recipient,
    SignerRole,
    StatementState,
)
from app.reports import content as c
from app.reports import privacy

PARIS_WINTER = dt.timezone(dt.timedelta(hours=1))
NOW = dt.datetime(2026, 11, 22, 16, 3, tzinfo=PARIS_WINTER)
DAY = dt.date(2026, 11, 22)


def jpeg(seed: int, size: tuple[int, int] = (1400, 1050)) -> bytes:
    """A photo-like JPEG: shapes and noise."""
    rnd = random.Random(seed)
    width, height = size[0] // 7, size[1] // 7
    image = Image.frombytes("RGB", (width // 4, height // 4), rnd.randbytes(width // 4 * (height // 4) * 3))
    image = image.resize((width, height)).filter(ImageFilter.GaussianBlur(4))
    draw = ImageDraw.Draw(image)
    for _ in range(9):
        x, y = rnd.randrange(width), rnd.randrange(height)
        grey = rnd.randrange(40, 230)
        draw.rectangle((x, y, x + rnd.randrange(60), y + rnd.randrange(80)), fill=(grey, grey - 15, grey - 30))
    out = io.BytesIO()
    image.resize(size, Image.Resampling.BICUBIC).save(out, "JPEG", quality=80)
    return out.getvalue()


def logo() -> bytes:
    image = Image.new("RGBA", (420, 200), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((10, 10, 190, 190), fill=(11, 74, 94, 255))
    draw.ellipse((60, 60, 140, 140), fill=(255, 255, 255, 255))
    draw.rectangle((220, 40, 410, 90), fill=(11, 74, 94, 255))
    draw.rectangle((220, 110, 350, 160), fill=(120, 120, 120, 255))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def strokes(seed: int = 1) -> c.Strokes:
    rnd = random.Random(seed)
    phase = rnd.random() * 3
    first = tuple(
        (
            int(120 + 5.5 * i),
            int(500 + 230 * math.sin(i / 6 + phase) * math.cos(i / 23)),
            int(500 + 450 * math.sin(i / 9)),
        )
        for i in range(140)
    )
    second = tuple((int(150 + 7 * i), int(800 - i), 600) for i in range(90))
    return first, second


def organisation(**changes: object) -> c.OrganisationHeader:
    name = "PLIE Nord-Essonne (exemple)"
    base = c.OrganisationHeader(
        name=name,
        address_lines=("12 rue des Artisans", "91000 Évry-Courcouronnes"),
        phone="0160000000",
        email="contact@plie.example",
        logo=logo(),
        footer_line="Association loi 1901 · opération cofinancée · SIRET 999 001 237 00018",
        privacy_short=privacy.short_notice(name, "dpo@plie.example"),
        privacy_long=privacy.long_notice(name, "mission d’intérêt public (RGPD, article 6-1 e)", "dpo@plie.example"),
        privacy_contact="dpo@plie.example",
    )
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def stamp(
    kind: DocumentKind, number: str, recipient: Recipient = Recipient.COMPANY, **changes: object
) -> c.DocumentStamp:
    labels = {Recipient.COMPANY: "exemplaire entreprise", Recipient.FILE: "exemplaire dossier"}
    base = c.DocumentStamp(
        kind=kind,
        number=number,
        established_at=NOW,
        established_by="Nadia DIALLO",
        program_version="1.0.0",
        recipient=recipient,
        copy_label=labels.get(recipient, ""),
    )
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


NAMES = (
    "MARTIN Julie", "DESCHAMPS Benoît", "BENALI Karim", "ÉTIENNE Loïc", "N’DIAYE Awa", "LE GOFF Maëlle",
    "OLIVEIRA Inês", "ROSSI Matteo", "TRAORÉ Ibrahim", "NGUYEN Linh", "ŒUVRARD Chloé", "HAÏDARA Moussa",
    "PETIT-JEAN Anne-Sophie", "KOWALSKI Piotr", "SANTOS Léa", "FOURNIER Yanis", "DE LA TOUR Inès",
    "BERNARD Alix", "CISSÉ Mariam", "LAMBERT Noé", "GARCIA Eva", "ROUSSEL Tom", "YILDIZ Selin",
)  # fmt: skip


def positions() -> tuple[c.CommitmentPosition, ...]:
    return (
        c.CommitmentPosition(
            "Lot 3 : gros œuvre", 182000, 128400, 14050, "À ce rythme : objectif atteint le 12 mars 2027."
        ),
    )


def signatures() -> tuple[c.SignatureBlock, ...]:
    return (
        c.SignatureBlock(
            "Nadia DIALLO", SignerRole.FACILITATOR, "Facilitatrice, PLIE Nord-Essonne", strokes(1), NOW, "Massy"
        ),
        c.SignatureBlock(
            "Paul FERRAND",
            SignerRole.COMPANY,
            "Conducteur de travaux, Bâti-Sud 91",
            strokes(2),
            NOW,
            "Massy",
            "Nadia DIALLO",
        ),
    )


def visit(
    recipient: Recipient = Recipient.COMPANY, *, people: int = 6, photos: int = 4, seed: int = 0, **changes: object
) -> c.VisitReportContent:
    observations = (
        c.ObservationLine(
            "42.1",
            "Formation",
            "Formation demandée",
            "Souhaite passer le CACES R482 cat. A avant la fin du gros œuvre.",
            "MARTIN Julie",
            (1,),
        ),
        c.ObservationLine(
            "42.2",
            "Accueil et tutorat",
            "Tuteur absent",
            "Absent depuis deux semaines ; l’équipe est encadrée par le chef de chantier.",
            "",
            (2, 3),
        ),
        c.ObservationLine("42.3", "Heures et relevés", "Relevé d’octobre contesté", "104 h retenues, 140 h déclarées."),
        c.ObservationLine("42.4", "Sécurité et équipements", "Équipements portés par toute l’équipe"),
    )
    base = c.VisitReportContent(
        stamp=stamp(DocumentKind.VISIT_REPORT, "VIS-2026-NO-0042", recipient),
        organisation=organisation(),
        identity=c.VisitIdentity(
            kind_label="Visite de chantier",
            date=DAY,
            start_time=dt.time(9, 25),
            end_time=dt.time(9, 53),
            place="18 avenue de la République, 91300 Massy",
            operation="Réhabilitation de l’école Simone-Veil",
            contract_reference="2026-014",
            lot="Lot 3 : gros œuvre",
            buyer="Ville de Massy (exemple)",
            company="Bâti-Sud 91",
            company_siret="99900123700018",
            facilitator="Nadia DIALLO",
            facilitator_phone="0612345678",
        ),
        summary=(
            "1 284 h validées sur 1 820 h (70,5 %) ; objectif atteint le 12 mars 2027 à ce rythme.",
            f"{people} bénéficiaires attendus ; rien à signaler pour {max(0, people - 2)}.",
            "Alerte : le tuteur est absent depuis deux semaines.",
            "Décision : Bâti-Sud 91 nomme un nouveau tuteur avant le 30 novembre 2026.",
        ),
        site_people=(
            c.SitePerson("FERRAND Paul", "Bâti-Sud 91", "Conducteur de travaux", PresenceStatus.PRESENT),
            c.SitePerson("LOPEZ Marc", "Bâti-Sud 91", "Chef de chantier", PresenceStatus.EXCUSED),
            c.SitePerson("AUBRY Claire", "Ville de Massy (exemple)", "Chargée d’opération", PresenceStatus.LATE),
        ),
        positions=positions(),
        last_statement="Dernier relevé reçu : octobre 2026 (validé le 6 novembre 2026).",
        beneficiaries=tuple(
            c.BeneficiaryMet(
                NAMES[i % len(NAMES)],
                "Aide-maçonne" if i % 2 else "Maçon-coffreur",
                "CDD, embauche directe" if i % 3 else "Mission d’intérim, mise à disposition par une ETTI",
                dt.date(2026, 9, 1),
                dt.date(2027, 2, 28),
                MeetingStatus.ALONE if i == 0 else MeetingStatus.NOT_SEEN if i == 3 else MeetingStatus.SEEN,
                ("Formation demandée", "à l’aise dans l’équipe") if i == 0 else ("RAS",),
                32400 + 151 * i,
                60000,
                "" if i % 3 else "Intérim Solidaire 91",
                "Luc PERRIN" if i % 2 else "",
            )
            for i in range(people)
        ),
        observations=observations,
        earlier_points=(
            c.EarlierPoint("41.2", "Vestiaire commun à rouvrir", PointState.CLOSED, "ouvert depuis 2 visites"),
            c.EarlierPoint(
                "40.1", "Livret d’accueil à remettre", PointState.CARRIED, "ouvert depuis 3 visites", "Promis lundi."
            ),
        ),
        actions=(
            c.ActionLine("Nommer un nouveau tuteur", "Bâti-Sud 91", dt.date(2026, 11, 30), None, "42.2"),
            c.ActionLine(
                "Chercher une session CACES et son financement", "Nadia DIALLO", dt.date(2026, 12, 15), None, "42.1"
            ),
            c.ActionLine("Transmettre le relevé corrigé d’octobre", "Bâti-Sud 91", dt.date(2026, 11, 27), None, "42.3"),
        ),
        photos=tuple(
            c.ReportPhoto(
                n + 1,
                jpeg(seed + n, (1400, 1050) if n % 4 != 3 else (1050, 1400)),
                1400 if n % 4 != 3 else 1050,
                1050 if n % 4 != 3 else 1400,
                "Poste de travail, niveau R+1, banches rangées et circulation dégagée" if n % 2 else "Zone de coffrage",
                f"42.{n % 3 + 1}" if n < 3 else "",
                NOW.replace(hour=9, minute=31 + n % 20),
            )
            for n in range(photos)
        ),
        next_visit_on=dt.date(2026, 12, 15),
        signatures=signatures(),
        distribution=("Bâti-Sud 91", "Ville de Massy (exemple)", "dossier"),
    )
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


CRITERIA = (
    "Bénéficiaire du RSA",
    "Travailleur handicapé",
    "RQTH",
    "Demandeur d’emploi de longue durée",
    "Sortant de détention",
)


def eligibility(person: str = "MARTIN Julie") -> tuple[c.EligibilityLine, ...]:
    return (
        c.EligibilityLine(
            person,
            CRITERIA[3],
            "Charte Inclusiv’Essonne 2018-2020",
            "Attestation France Travail",
            dt.date(2026, 2, 20),
            "Nadia DIALLO",
            dt.date(2026, 2, 21),
            dt.date(2026, 8, 20),
        ),
        c.EligibilityLine(person, CRITERIA[0], "CCAG 2021", "Attestation CAF", dt.date(2026, 2, 20), "Nadia DIALLO"),
    )


def visit_for_file(**changes: object) -> c.VisitReportContent:
    dossier = c.VisitDossier(eligibility(), "Point à faire avec la mission locale avant le 5 décembre.")
    return visit(Recipient.FILE, dossier=dossier, **changes)  # type: ignore[arg-type]


def follow_up(recipient: Recipient = Recipient.PERSON, **changes: object) -> c.FollowUpSheetContent:
    months = [dt.date(2025, 12, 1), *(dt.date(2026, m, 1) for m in range(1, 12))]
    dossier = None
    if recipient is Recipient.FILE:
        dossier = c.FollowUpDossier(
            file_number="B-2026-0117",
            birth_date=dt.date(1994, 5, 14),
            town="91300 Massy",
            prescriber="Mission locale (exemple)",
            period="depuis le 3 mars 2026",
            eligibility=eligibility("Julie MARTIN"),
            contact_log=tuple(
                c.ContactLogLine(
                    dt.date(2026, 11, 20 - 3 * i),
                    ("Entretien", "Appel téléphonique", "Rencontre sur le chantier")[i % 3],
                    "Point sur le contrat, à l’aise dans l’équipe. Souhaite se former à la conduite d’engins.",
                    "N. D.",
                    "Chercher une session CACES" if i == 0 else "",
                    dt.date(2026, 12, 15) if i == 0 else None,
                )
                for i in range(4)
            ),
        )
    base = c.FollowUpSheetContent(
        stamp=stamp(DocumentKind.FOLLOW_UP_SHEET, "FS-2026-NO-0117", recipient),
        organisation=organisation(),
        person_name="Julie MARTIN",
        birth_year=1994,
        referent=c.Referent("Nadia DIALLO", "Facilitatrice de clauses sociales", "0612345678", "n.diallo@plie.example"),
        current=c.CurrentContract(
            company="Bâti-Sud 91",
            job_title="Aide-maçonne",
            contract_label="CDD, embauche directe",
            start_on=dt.date(2026, 9, 1),
            end_on=dt.date(2027, 2, 28),
            done_hours=32450,
            planned_hours=60000,
            tutor="Luc PERRIN",
            weekly_hours=3500,
            operation="Réhabilitation de l’école Simone-Veil",
        ),
        contracts=(
            c.PastContract(
                "Bâti-Sud 91", "Aide-maçonne", "CDD, embauche directe", dt.date(2026, 9, 1), dt.date(2027, 2, 28), 32450
            ),
            c.PastContract(
                "Intérim Solidaire 91",
                "Manœuvre",
                "Mission d’intérim (ETTI)",
                dt.date(2026, 3, 3),
                dt.date(2026, 7, 31),
                41200,
            ),
        ),
        months=tuple(
            c.MonthCell(m, None if i < 3 else (8 if i % 4 else 151) * 100 + 67, i < 10) for i, m in enumerate(months)
        ),
        objectives="Obtenir le CACES R482 et trouver un CDI de coffreuse dans le bâtiment.",
        actions=(
            c.ActionLine("Apporter mes diplômes au prochain rendez-vous", "Julie", dt.date(2026, 12, 4)),
            c.ActionLine("Trouver une session CACES", "Nadia DIALLO", dt.date(2026, 12, 15)),
            c.ActionLine("Refaire mon CV", "Julie", dt.date(2026, 10, 30), dt.date(2026, 10, 28)),
        ),
        appointment=c.Appointment(
            dt.datetime(2026, 12, 4, 14, 0, tzinfo=PARIS_WINTER), "12 rue des Artisans, Évry", "Nadia DIALLO"
        ),
        trainings=(
            c.TrainingLine(
                "Gestes et postures", "AFPA (exemple)", dt.date(2026, 4, 6), dt.date(2026, 4, 8), 2100, "attestation"
            ),
        ),
        signatures=(
            c.SignatureBlock("Julie MARTIN", SignerRole.BENEFICIARY, "La personne"),
            c.SignatureBlock("Nadia DIALLO", SignerRole.FACILITATOR, "La référente"),
        ),
        dossier=dossier,
    )
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def statement(people: int = 12, *, filled: bool = False, **changes: object) -> c.MonthlyStatementContent:
    lines = tuple(
        c.StatementLine(
            rank=i + 1,
            name=NAMES[i % len(NAMES)],
            contract_label="CDD, direct" if i % 3 else "CTT, ETTI",
            start_on=dt.date(2026, 9, 1),
            end_on=dt.date(2027, 2, 28) if i % 4 else None,
            planned_hours=15167,
            worked=(10400 if i == 6 else 14000 + 75 * i) if filled else None,
            training=700 if filled and i == 2 else None,
            absence_code="CP" if filled and i == 4 else "",
            declared=14000 if filled and i == 6 else None,
            difference_reason="bulletin de paie : 104 h" if filled and i == 6 else "",
        )
        for i in range(people)
    )
    base = c.MonthlyStatementContent(
        stamp=stamp(DocumentKind.MONTHLY_STATEMENT, "REL-2026-11-BS", Recipient.COMPANY),
        organisation=organisation(),
        filled=filled,
        company="Bâti-Sud 91",
        company_siret="99900123700018",
        month=dt.date(2026, 11, 1),
        paper_code="BS-1126-K7",
        facilitator=c.Referent("Nadia DIALLO", "Facilitatrice", "0612345678", "n.diallo@plie.example"),
        operations=("Réhabilitation de l’école Simone-Veil, lot 3 : gros œuvre",),
        return_before=dt.date(2026, 12, 10),
        lines=lines,
        state=StatementState.VALIDATED if filled else StatementState.EXPECTED,
        declared_total=sum(line.declared or line.worked or 0 for line in lines) if filled else None,
        absence_codes=(
            c.AbsenceCode("CP", "congés"),
            c.AbsenceCode("AM", "arrêt"),
            c.AbsenceCode("INT", "intempéries"),
            c.AbsenceCode("ABS", "absence"),
            c.AbsenceCode("FOR", "formation"),
            c.AbsenceCode("FIN", "contrat terminé"),
        ),
        movements=(
            (
                c.Movement("LAMBERT Noé", True, dt.date(2026, 11, 16)),
                c.Movement("GARCIA Eva", False, dt.date(2026, 11, 13), "embauche en CDI"),
            )
            if filled
            else ()
        ),
        positions=positions() if filled else (),
        validated_on=dt.date(2026, 12, 8) if filled else None,
        validated_by="Nadia DIALLO" if filled else "",
    )
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def sizing(**changes: object) -> c.HoursSizingContent:
    base = c.HoursSizingContent(
        stamp=stamp(DocumentKind.HOURS_SIZING, "CAL-2026-NO-0007", Recipient.BUYER),
        organisation=organisation(),
        operation="Réhabilitation de l’école Simone-Veil",
        buyer="Ville de Massy (exemple)",
        lot="Lot 3 : gros œuvre",
        sized_on=DAY,
        amount_cents=100000000,
        labour_share=5000,
        effort_rate=500,
        hourly_cost_cents=3000,
        minimum_effort_rate=500,
        computed_hours=83333,
        retained_hours=82000,
        retained_reason="Durée du lot ramenée à 7 mois ; un poste à plein temps suffit.",
        charter_name="Charte Inclusiv’Essonne 2018-2020",
        full_time_hours=160700,
        variants=tuple(
            c.SizingVariant(rate, hours)
            for rate, hours in ((500, 83333), (600, 100000), (700, 116667), (800, 133333), (1000, 166667))
        ),
        signatures=(
            c.SignatureBlock("", SignerRole.FACILITATOR, "Facilitatrice"),
            c.SignatureBlock("", SignerRole.COMPANY, "Donneur d’ordre"),
        ),
    )
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def recovery(**changes: object) -> c.RecoverySheetContent:
    base = c.RecoverySheetContent(
        stamp=stamp(DocumentKind.RECOVERY_SHEET, "", Recipient.FILE, copy_label=""),
        organisation=organisation(),
        notebook_name="Carnet de Nadia DIALLO",
        facilitator="Nadia DIALLO",
        code_groups=("K7QF2", "9RWX4", "TB3HD", "8ZP1C", "V6N1J", "Y5GAE", "0M4QT"),
        computer="Portable n° 4",
    )
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def attestation(
    months: int = 8, *, recipient: Recipient = Recipient.PERSON, pooled: bool = False, **changes: object
) -> c.AttestationContent:
    """An attestation of ``months`` months, 140 h each and one of 8 h of training."""
    base = c.AttestationContent(
        stamp=stamp(DocumentKind.ATTESTATION, "ATT-2026-NO-0003", recipient),
        organisation=organisation(),
        signer="Nadia DIALLO",
        person="Madame Julie MARTIN",
        birth_date=dt.date(1988, 3, 12),
        town="Massy",
        employer="Trois-Rivières Intérim d’insertion",
        company="Bâti-Sud 91",
        company_siret="99900001900016",
        operation="Réhabilitation de l’école Simone-Veil",
        lot="lot 3 : gros œuvre",
        buyer="Ville de Massy (exemple)",
        contract_reference="2026-T001",
        contract_label="Mission d’intérim, mise à disposition par une ETTI",
        job_title="Aide-maçon",
        start_on=dt.date(2025, 1, 6),
        end_on=dt.date(2026, 10, 31),
        months=tuple(
            c.AttestedMonth(dt.date(2025 + at // 12, at % 12 + 1, 1), 14_050, 800 if at == 2 else 0)
            for at in range(months)
        ),
        rectifications=(
            c.AttestedRectification(
                dt.date(2025, 2, 1), -800, dt.date(2026, 11, 22), "absence payée comptée deux fois"
            ),
        ),
        statements=tuple(f"BS-{at % 12 + 1:02d}{25 + at // 12}-K7" for at in range(months)),
        place="Massy",
    )
    if pooled:
        base = dataclasses.replace(
            base,
            shares=(
                c.AttestedShare("Réhabilitation de l’école Simone-Veil, lot 3", 9_000 * months),
                c.AttestedShare("Résidence des Tilleuls, lot 1", 5_050 * months),
            ),
            agreement="Convention de globalisation GLOB-2026-04 du 12 mars 2026",
        )
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def clause(**changes: object) -> c.ClauseAttestationContent:
    base = c.ClauseAttestationContent(
        stamp=stamp(DocumentKind.CLAUSE_ATTESTATION, "ATT-2026-NO-0004", Recipient.BUYER),
        organisation=organisation(),
        signer="Nadia DIALLO",
        operation="Réhabilitation de l’école Simone-Veil",
        lot="lot 3 : gros œuvre",
        buyer="Ville de Massy (exemple)",
        contract_reference="2026-T001",
        start_on=dt.date(2026, 3, 2),
        end_on=dt.date(2026, 10, 31),
        lines=(
            c.ClauseLine("Bâti-Sud 91", "Titulaire", "Objectif du marché", 182_000, 240_158, "Attestation émise"),
            c.ClauseLine("Bâti-Sud 91", "Titulaire", "À l’échelle du projet", 300_000, 240_158, "En cours"),
            c.ClauseLine("Éco Rénov’", "Sous-traitant", "Formation", 0, 1_400, "Terminée"),
        ),
        people=14,
        until=dt.date(2026, 10, 31),
        remarks=("Les heures de la rectification du 22 novembre 2026 sont comprises.",),
        place="Massy",
    )
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def reminder(**changes: object) -> c.ReminderContent:
    base = c.ReminderContent(
        stamp=stamp(DocumentKind.REMINDER, "BS-1126-K7", Recipient.COMPANY),
        organisation=organisation(),
        company="Bâti-Sud 91",
        address_lines=("12 rue des Artisans", "91300 Massy"),
        contact="Paul MOREAU, conducteur de travaux",
        month=dt.date(2026, 10, 1),
        operations=("École Simone-Veil, lot 3", "Résidence des Tilleuls, lot 1"),
        people=12,
        paper_code="BS-1126-K7",
        referent=c.Referent("Nadia DIALLO", "facilitatrice", "06 39 98 00 01", "nadia@plie.example"),
        due_on=dt.date(2026, 11, 10),
        late=True,
        earlier=(dt.date(2026, 11, 12),),
        place="Massy",
    )
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]
