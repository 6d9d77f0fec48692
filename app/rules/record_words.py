"""What records and their fields are called when the program speaks of them: journal, history, « Fiches à relire ».

One place, so that a field has one name everywhere. A field that has no words here is called « autre information »: a
record received from a newer program is told all the same.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.models import choices
from app.models.choices import Choice
from app.models.wire import field_of
from app.rules.absences import absence_label
from app.rules.french import (
    DASH,
    NBSP,
    capitalise_first,
    format_date,
    format_decimal,
    format_hours_unit,
    format_integer,
    format_money,
    format_month,
    format_phone,
    format_siret,
    format_time,
    join_words,
    of,
    plural,
    plural_word,
    quoted,
)


@dataclass(frozen=True, slots=True)
class Noun:
    """A kind of record: « visite », « visites », feminine or not; ``minor`` ones are parts of another."""

    one: str
    many: str
    feminine: bool = False
    minor: bool = False


_OTHER = Noun("autre élément", "autres éléments", minor=True)

KINDS: dict[str, Noun] = {
    "visit": Noun("visite", "visites", True),
    "monthly_statement": Noun("relevé", "relevés"),
    "beneficiary": Noun("bénéficiaire", "bénéficiaires"),
    "employment_contract": Noun("contrat de travail", "contrats de travail"),
    "hour_line": Noun("ligne d’heures", "lignes d’heures", True),
    "operation": Noun("opération", "opérations", True),
    "company": Noun("entreprise", "entreprises", True),
    "action": Noun("action", "actions", True),
    "follow_up_note": Noun("note de suivi", "notes de suivi", True),
    "contact": Noun("contact", "contacts"),
    "buyer": Noun("donneur d’ordre", "donneurs d’ordre"),
    "contract": Noun("marché", "marchés"),
    "lot": Noun("lot", "lots"),
    "commitment": Noun("engagement", "engagements"),
    "eligibility_check": Noun("éligibilité vérifiée", "éligibilités vérifiées", True),
    "clause_period": Noun("période d’insertion", "périodes d’insertion", True),
    "training_record": Noun("formation", "formations", True),
    "hours_sizing": Noun("calcul des heures", "calculs des heures"),
    "issued_document": Noun("document émis", "documents émis"),
    "attachment": Noun("pièce jointe", "pièces jointes", True),
    "attestation": Noun("attestation", "attestations", True),
    "rectification": Noun("rectification", "rectifications", True),
    "reminder": Noun("relance", "relances", True),
    "situation": Noun("situation après la clause", "situations après la clause", True),
    "contact_attempt": Noun("tentative de contact", "tentatives de contact", True),
    "job_offer": Noun("offre d’emploi", "offres d’emploi", True),
    "introduction": Noun("candidature présentée", "candidatures présentées", True),
    "pooling_agreement": Noun("convention de globalisation", "conventions de globalisation", True),
    "penalty": Noun("pénalité", "pénalités", True),
    "insertion_structure": Noun("structure de l’annuaire", "structures de l’annuaire", True),
    "person_merge": Noun("réunion de deux dossiers", "réunions de dossiers", True),
    "retention_decision": Noun("décision de conservation", "décisions de conservation", True),
    "timesheet_import": Noun("fichier importé", "fichiers importés"),
    "name_alias": Noun("nom retenu", "noms retenus", minor=True),
    "timesheet_layout": Noun("présentation de fichier", "présentations de fichiers", True, minor=True),
    "pooling_lot": Noun("lot globalisé", "lots globalisés", minor=True),
    "person_move": Noun("dossier d’origine", "dossiers d’origine", minor=True),
    "distinct_pair": Noun("paire de personnes distinctes", "paires de personnes distinctes", True, minor=True),
    "hidden_phrase": Noun("constat type masqué", "constats types masqués", minor=True),
    "conflict": Noun("choix gardé", "choix gardés", minor=True),
    "facilitator": Noun("membre du réseau", "membres du réseau", minor=True),
    "organisation": Noun("organisation", "organisations", True, minor=True),
    "network": Noun("réseau", "réseaux", minor=True),
    "charter": Noun("charte", "chartes", True, minor=True),
    "charter_target": Noun("objectif de la charte", "objectifs de la charte", minor=True),
    "reference_entry": Noun("donnée de référence", "données de référence", True, minor=True),
    "phrase": Noun("constat type", "constats types", minor=True),
    "observation": Noun("constat", "constats", minor=True),
    "attendance": Noun("présence", "présences", True, minor=True),
    "signature": Noun("signature", "signatures", True, minor=True),
    "point_review": Noun("point antérieur", "points antérieurs", minor=True),
}

_ANY: dict[str, str] = {
    "organisation_id": "Organisation",
    "deleted_at": "Corbeille",
    "name": "Nom",
    "last_name": "Nom",
    "first_name": "Prénom",
    "address": "Adresse",
    "postcode": "Code postal",
    "town": "Commune",
    "phone": "Téléphone",
    "email": "Courriel",
    "siret": "SIRET",
    "note": "Note",
    "text": "Texte",
    "label": "Intitulé",
    "code": "Code",
    "number": "Numéro",
    "state": "État",
    "kind": "Nature",
    "position": "Ordre",
    "reference": "Référence",
    "month": "Mois",
    "source": "Origine",
    "start_on": "Début",
    "end_on": "Fin",
    "valid_from": "Valable à partir du",
    "valid_to": "Valable jusqu’au",
    "beneficiary_id": "Bénéficiaire",
    "company_id": "Entreprise",
    "company": "Entreprise",
    "buyer_id": "Donneur d’ordre",
    "operation_id": "Opération",
    "contract_id": "Marché",
    "lot_id": "Lot",
    "visit_id": "Visite",
    "observation_id": "Constat",
    "network_id": "Réseau",
    "facilitator_id": "Facilitateur ou facilitatrice",
    "role": "Rôle",
    "role_label": "Fonction",
    "section": "Rubrique",
    "amount_cents": "Montant HT",
    "computed_hours": "Heures calculées",
    "retained_reason": "Motif des heures retenues",
    "place": "Lieu",
    "minimum_effort_rate": "Taux d’insertion minimal",
    "to_follow": "Point à suivre",
    "reason": "Motif",
    "description": "Description",
    "period_id": "Période d’insertion",
    "milestone_code": "Étape",
    "answered_on": "Répondu le",
    "prescriber_code": "Prescripteur",
    "prescriber_name": "Nom du prescripteur",
    "activity_code": "Activité",
    "trade_code": "Métier",
    "contact_id": "Contact",
    "closed_on": "Clôture",
    "last_contact_on": "Dernier contact",
    "weekly_hours": "Heures par semaine",
    "due_hours": "Heures dues",
    "replaces_id": "Remplace",
}

_OWN: dict[str, dict[str, str]] = {
    "beneficiary": {
        "file_number": "Numéro de dossier",
        "absorbed_into_id": "Réuni au dossier de",
        "birth_name": "Nom de naissance",
        "sex": "Sexe",
        "birth_date": "Date de naissance",
        "district_code": "Quartier",
        "district_generation": "Génération du quartier",
        "caseworker_name": "Référent",
        "caseworker_phone": "Téléphone du référent",
        "objectives": "Objectifs",
        "next_appointment_at": "Prochain rendez-vous",
        "next_appointment_place": "Lieu du rendez-vous",
        "archived_on": "Archivage",
        "anonymised_on": "Anonymisation",
    },
    "phrase": {"hidden": "Masqué", "uses": "Nombre d’emplois"},
    "reference_entry": {"table": "Liste", "network_code": "Réseau", "data": "Détail"},
    "network": {"territory": "Territoire"},
    "clause_period": {
        "end_reason": "Motif de fin",
        "milestone_scheme": "Étapes du suivi",
        "age_band": "Tranche d’âge",
        "qualification": "Qualification",
    },
    "eligibility_check": {
        "scheme": "Liste des publics",
        "category_code": "Public",
        "proof_code": "Justificatif",
        "seen_on": "Vu le",
        "seen_by": "Vu par",
        "validated_on": "Validée le",
        "valid_until": "Valable jusqu’au",
        "derogation_reason": "Motif de dérogation",
        "derogation_author": "Dérogation accordée par",
    },
    "monthly_statement": {
        "declared_total": "Total déclaré",
        "received_on": "Reçu le",
        "validated_at": "Validé le",
        "validated_by": "Validé par",
        "paper_code": "Code du relevé",
    },
    "timesheet_import": {
        "file_name": "Fichier",
        "sha256": "Empreinte du fichier",
        "months": "Mois",
        "line_count": "Lignes",
        "total_hours": "Heures",
        "left_count": "Lignes laissées",
        "written": "Lignes écrites",
        "undone_on": "Annulé le",
    },
    "name_alias": {"key": "Nom écrit, sans majuscules", "written": "Nom écrit"},
    "timesheet_layout": {"fingerprint": "Empreinte", "data": "Contenu des colonnes"},
    "operation": {"closed_on": "Clôturée le"},
    "organisation": {
        "short_name": "Nom court",
        "footer_line": "Pied de page",
        "privacy_contact": "Contact pour les données personnelles",
        "legal_basis": "Base légale",
        "logo_attachment_id": "Logo",
    },
    "training_record": {"organiser": "Organisme", "hours": "Heures", "outcome": "Résultat"},
    "charter_target": {
        "charter_id": "Charte",
        "indicator": "Indicateur",
        "unit": "Unité",
        "baseline": "Point de départ",
        "target": "Objectif",
    },
    "contact": {"usual": "Interlocuteur habituel"},
    "contract": {
        "article": "Forme de la clause",
        "cpv_code": "Code CPV",
        "notified_on": "Notifié le",
        "public_scheme": "Liste des publics",
        "statement_due_day": "Jour de remise du relevé",
        "penalty_terms": "Pénalités",
    },
    "employment_contract": {
        "employer_id": "Employeur",
        "modality": "Modalité",
        "type": "Type de contrat",
        "job_title": "Poste",
        "planned_hours": "Heures prévues",
        "tutor_name": "Tuteur",
    },
    "hours_sizing": {
        "sized_on": "Calculé le",
        "labour_share": "Part de main d’œuvre",
        "effort_rate": "Taux d’insertion",
        "hourly_cost_cents": "Coût horaire",
        "retained_hours": "Heures retenues",
    },
    "visit": {
        "planned_on": "Date prévue",
        "planned_time": "Heure prévue",
        "started_at": "Début de la visite",
        "finished_at": "Fin de la visite",
        "summary": "L’essentiel",
        "summary_edited": "Essentiel relu",
        "next_visit_on": "Prochaine visite",
        "free_note": "Observations libres",
        "previous_visit_id": "Visite précédente",
        "corrects_id": "Visite rectifiée",
        "correction_reason": "Motif du rectificatif",
    },
    "attendance": {
        "employment_contract_id": "Contrat de travail",
        "organisation_name": "Organisme",
        "presence": "Présence",
        "meeting": "Rencontre",
        "all_well": "Rien à signaler",
    },
    "commitment": {
        "objective_kind": "Nature de l’objectif",
        "sizing_id": "Calcul des heures",
        "clause_state": "État de la clause",
    },
    "follow_up_note": {
        "noted_on": "Date",
        "next_step": "Suite à donner",
        "next_step_on": "Suite prévue le",
    },
    "hour_line": {
        "statement_id": "Relevé",
        "contract_id": "Contrat de travail",
        "hours": "Heures",
        "declared_hours": "Heures déclarées",
        "difference_reason": "Motif de l’écart",
        "absence_code": "Absence",
        "accepted_doubts": "Doutes levés",
        "accepted_reason": "Motif accepté",
        "proof_seen": "Justificatif vu",
        "rectification_id": "Rectification",
    },
    "attestation": {
        "contract_id": "Contrat de travail",
        "issued_on": "Émise le",
        "total_hours": "Total des heures",
    },
    "rectification": {"statement_id": "Relevé", "rectified_on": "Rectifié le"},
    "reminder": {"reminded_on": "Relancé le", "channel": "Moyen"},
    "situation": {"employment": "Emploi", "part_time": "Temps partiel"},
    "contact_attempt": {"attempted_on": "Tentative du", "means": "Moyen", "outcome": "Résultat"},
    "penalty": {
        "after_notice": "Après mise en demeure",
        "from_on": "À partir du",
        "to_on": "Jusqu’au",
        "notice_on": "Mise en demeure du",
    },
    "job_offer": {
        "title": "Poste",
        "posts": "Nombre de postes",
        "contract_type": "Type de contrat",
        "apply_before": "Candidater avant le",
        "published_on": "Publiée le",
    },
    "introduction": {
        "offer_id": "Offre",
        "presented_on": "Présentée le",
        "answer": "Réponse",
        "presentation": "Présentation",
    },
    "pooling_agreement": {"signed_on": "Signée le"},
    "pooling_lot": {"agreement_id": "Convention"},
    "insertion_structure": {"abilities": "Compétences"},
    "person_merge": {
        "kept_id": "Dossier gardé",
        "absorbed_id": "Dossier réuni",
        "merged_at": "Réunis le",
        "merged_by": "Réunis par",
        "before": "Avant",
        "after": "Après",
        "undone_at": "Séparés le",
    },
    "person_move": {"record_kind": "Nature", "record_id": "Fiche", "origin_id": "Dossier d’origine"},
    "distinct_pair": {"first_id": "Première personne", "second_id": "Seconde personne"},
    "hidden_phrase": {"phrase_id": "Constat type"},
    "retention_decision": {
        "decision": "Décision",
        "decided_on": "Décidée le",
        "months": "Durée en mois",
        "keep_until": "Garder jusqu’au",
    },
    "observation": {
        "detail": "Précision",
        "phrase_id": "Constat type",
        "closed_on": "Levé le",
    },
    "signature": {
        "signer_name": "Signataire",
        "strokes": "Tracé",
        "refused": "Refus de signer",
        "refusal_reason": "Motif du refus",
        "signed_at": "Signé le",
        "device": "Appareil",
    },
    "action": {
        "owner_name": "Qui",
        "due_on": "Avant le",
        "done_on": "Faite le",
        "text": "Action",
    },
    "attachment": {
        "owner_kind": "Fiche",
        "owner_id": "Fiche",
        "media_type": "Format",
        "size": "Taille",
        "sha256": "Empreinte",
        "width": "Largeur",
        "height": "Hauteur",
        "caption": "Légende",
        "taken_at": "Prise le",
        "for_reports": "Figure au compte rendu",
    },
    "issued_document": {
        "record_kind": "Fiche",
        "record_id": "Fiche",
        "recipient": "Destinataire",
        "issued_at": "Émis le",
        "issued_by": "Émis par",
        "content_sha256": "Empreinte",
        "pages": "Pages",
        "attachment_id": "Fichier",
    },
}

_CHOICES: dict[tuple[str, str], type[Choice]] = {
    ("beneficiary", "sex"): choices.Sex,
    ("buyer", "kind"): choices.BuyerKind,
    ("company", "kind"): choices.CompanyKind,
    ("organisation", "kind"): choices.OrganisationKind,
    ("facilitator", "role"): choices.Role,
    ("clause_period", "end_reason"): choices.PeriodEnd,
    ("clause_period", "age_band"): choices.AgeBand,
    ("clause_period", "qualification"): choices.Qualification,
    ("monthly_statement", "state"): choices.StatementState,
    ("monthly_statement", "source"): choices.StatementSource,
    ("contract", "article"): choices.ClauseArticle,
    ("employment_contract", "modality"): choices.Modality,
    ("employment_contract", "type"): choices.EmploymentType,
    ("visit", "kind"): choices.VisitKind,
    ("visit", "state"): choices.VisitState,
    ("attendance", "kind"): choices.AttendanceKind,
    ("attendance", "presence"): choices.PresenceStatus,
    ("attendance", "meeting"): choices.MeetingStatus,
    ("commitment", "role"): choices.CompanyRole,
    ("commitment", "objective_kind"): choices.ObjectiveKind,
    ("commitment", "clause_state"): choices.ClauseState,
    ("follow_up_note", "kind"): choices.NoteKind,
    ("hour_line", "kind"): choices.HourKind,
    ("observation", "section"): choices.ObservationSection,
    ("observation", "state"): choices.PointState,
    ("phrase", "section"): choices.ObservationSection,
    ("signature", "role"): choices.SignerRole,
    ("action", "state"): choices.ActionState,
    ("attachment", "kind"): choices.AttachmentKind,
    ("point_review", "state"): choices.PointState,
    ("issued_document", "kind"): choices.DocumentKind,
    ("issued_document", "recipient"): choices.Recipient,
    ("attestation", "kind"): choices.AttestationKind,
    ("reminder", "channel"): choices.ReminderChannel,
    ("situation", "state"): choices.SituationState,
    ("contact_attempt", "means"): choices.NoteKind,
    ("contact_attempt", "outcome"): choices.AttemptOutcome,
    ("penalty", "kind"): choices.PenaltyKind,
    ("job_offer", "state"): choices.OfferState,
    ("job_offer", "contract_type"): choices.EmploymentType,
    ("introduction", "answer"): choices.IntroductionAnswer,
    ("insertion_structure", "kind"): choices.CompanyKind,
    ("retention_decision", "decision"): choices.RetentionChoice,
}
CODES: dict[str, str] = {
    "scheme": "public_scheme",
    "public_scheme": "public_scheme",
    "category_code": "public",
    "proof_code": "proof_kind",
    "prescriber_code": "prescriber",
    "milestone_scheme": "milestone_scheme",
    "milestone_code": "milestone",
    "employment": "situation",
}
"""Fields that hold a code of the dated data, by the table of it."""
TABLES: dict[str, tuple[str, str, str]] = {
    "trade_code": ("rome_codes.csv", "code_rome", "libelle"),
    "activity_code": ("naf_rev2_sous_classes.csv", "code_ape", "libelle"),
    "cpv_code": ("cpv_45_travaux.csv", "code_cpv", "libelle"),
    "district_code": ("qpv_91_94.csv", "code_qpv", "nom"),
}
"""Fields that hold a code of a shipped nomenclature: (file, column of the code, column of the words)."""
_HOURS = frozenset(
    {
        *("hours", "declared_hours", "declared_total", "computed_hours", "retained_hours", "due_hours"),
        *("weekly_hours", "planned_hours", "total_hours"),
    }
)
_RATES = frozenset({"labour_share", "effort_rate", "minimum_effort_rate"})
_PHONES = frozenset({"phone", "caseworker_phone"})
_TEXTS = frozenset(
    {
        *("note", "text", "next_step", "detail", "summary", "free_note", "description", "objectives", "penalty_terms"),
        *("presentation", "legal_basis", "reason", "abilities", "correction_reason"),
    }
)

_LINKS = {
    "previous_visit_id": "visit",
    "corrects_id": "visit",
    "absorbed_into_id": "beneficiary",
    "logo_attachment_id": "attachment",
    "validated_by": "facilitator",
    "issued_by": "facilitator",
    "merged_by": "facilitator",
    "seen_by": "facilitator",
}
"""Texts that are the id of a record without a foreign key that says so."""


@dataclass(frozen=True, slots=True)
class GroupWords:
    """What fields decided together are called. ``plain``: their values read as one, without the name of each."""

    label: str
    plain: bool = False


GROUPS: dict[str, GroupWords] = {
    "address": GroupWords("Adresse", True),
    "agreement": GroupWords("Référence et date"),
    "appointment": GroupWords("Rendez-vous", True),
    "attempt": GroupWords("Date et résultat"),
    "caseworker": GroupWords("Référent", True),
    "dates": GroupWords("Dates"),
    "derogation": GroupWords("Dérogation"),
    "employer": GroupWords("Employeur"),
    "hours": GroupWords("Relevé"),
    "house": GroupWords("Rattachement"),
    "identity": GroupWords("Identité"),
    "meeting": GroupWords("Rencontre"),
    "moment": GroupWords("Date et heure", True),
    "name": GroupWords("Nom", True),
    "objective": GroupWords("Objectif"),
    "penalty": GroupWords("Nature et montant"),
    "prescriber": GroupWords("Prescripteur", True),
    "proof": GroupWords("Justificatif"),
    "public": GroupWords("Public"),
    "signature": GroupWords("Signataire et tracé"),
    "site": GroupWords("Chantier"),
    "situation": GroupWords("Emploi et dates"),
    "sizing": GroupWords("Données du calcul"),
    "trade": GroupWords("Métier"),
    "validity": GroupWords("Validité"),
}
"""By name of ``models.clashes.Together``."""
_TIGHT = frozenset({("postcode", "town"), ("first_name", "last_name")})
"""Neighbours that no comma separates: « 91000 Évry », « Julie MARTIN »."""


TWO_VALUES = frozenset(
    {
        *_PHONES,
        *("email", "note", "text", "free_note", "objectives", "description", "detail", "next_step", "summary"),
        *("tutor_name", "caseworker_name"),
    }
)
"""Fields where « Garder les deux » makes sense: both values are readable one after the other."""


_QUOTED = frozenset({"observation", "action", "phrase", "point_review", "hidden_phrase", "name_alias"})
"""Called by their first words."""
_OF_ANOTHER = frozenset(
    {
        *("employment_contract", "clause_period", "eligibility_check", "follow_up_note"),
        *("situation", "contact_attempt", "introduction", "retention_decision", "person_merge", "person_move"),
        *("hour_line", "monthly_statement", "rectification", "reminder", "commitment", "signature"),
        *("attendance", "pooling_agreement", "timesheet_layout", "distinct_pair"),
    }
)
"""Called by whom or what they belong to: « Relevé de Bâti-Sud 91, novembre 2026 »."""
_LONGEST_TITLE = 90


_PERSONAL = frozenset(
    {
        *("beneficiary", "employment_contract", "hour_line", "follow_up_note", "eligibility_check", "clause_period"),
        *("training_record", "attendance", "action", "situation", "contact_attempt", "introduction", "observation"),
        *("person_merge", "person_move", "distinct_pair", "retention_decision", "name_alias", "signature"),
        *("point_review", "pooling_agreement", "attestation", "issued_document", "attachment"),
    }
)


def tells_who(kind: str) -> bool:
    """Whether the title or the values of such a record may say who somebody is: hidden in discretion (F8)."""
    return kind in _PERSONAL


def is_long_text(field: str) -> bool:
    """Whether the field holds sentences, of which only the difference is worth reading twice."""
    return field in _TEXTS


def record_called(kind: str, title: str) -> str:
    """A record with its kind, from its title: « Entreprise Bâti-Sud 91 », « Fiche de Julie MARTIN »,
    « Contrat de travail de Julie MARTIN, 02/11/2026 », « Constat « Casques manquants » ».
    """
    name = capitalise_first(noun(kind).one)
    if not title:
        return name
    if kind == "beneficiary":
        return f"Fiche {of(title)}"
    if title.startswith(name):
        return title
    if kind in _QUOTED:
        return f"{name} {quoted(shortened(title))}"
    return f"{name} {of(shortened(title)) if kind in _OF_ANOTHER else shortened(title)}"


def shortened(text: str, longest: int = _LONGEST_TITLE) -> str:
    """The first words of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def noun(kind: str) -> Noun:
    """What records of a kind are called."""
    return KINDS.get(kind, _OTHER)


def has_words(kind: str, field: str) -> bool:
    """Whether the field has words of its own."""
    return kind in KINDS and (field in _OWN.get(kind, {}) or field in _ANY)


def field_label(kind: str, field: str) -> str:
    """« Téléphone », « Heures déclarées »; « Autre information » for a field that this program does not know."""
    return _OWN.get(kind, {}).get(field) or _ANY.get(field, "Autre information")


def group_words(group: str, kind: str, values: Iterable[tuple[str, str]]) -> str:
    """Fields decided together as one text, from (field, value in words): « 12 rue des Lilas, 91000 Évry », what is
    empty left out; or each by its name on its own line, « Début : 02/11/2026 » then « Fin : — ».
    """
    if not GROUPS[group].plain:
        return "\n".join(f"{field_label(kind, field)}{NBSP}: {words}" for field, words in values)
    text, last = "", ""
    for field, words in values:
        if words and words != DASH:
            text += ("" if not text else " " if (last, field) in _TIGHT else ", ") + words
            last = field
    return text


def choices_of(kind: str, field: str) -> type[Choice] | None:
    """The closed list that a field is chosen in."""
    return _CHOICES.get((kind, field))


def linked_kind(kind: str, field: str) -> str:
    """The kind of record that a field points to by its id, empty for a field that holds a value."""
    known = field_of(kind, field)
    if known is not None and known.parent:
        return known.parent
    if field in _LINKS:
        return _LINKS[field]
    bare = field.removesuffix("_id")
    return bare if bare != field and bare in KINDS else ""


def counted(kind: str, count: int) -> str:
    """« 3 visites »."""
    words = noun(kind)
    return f"{format_integer(count)}\u00a0{plural_word(count, words.one, words.many)}"


def counted_all(counts: Iterable[tuple[str, int]], past: str = "") -> str:
    """« 3 visites, 12 relevés et 41 autres éléments envoyés »: the chief kinds in their order, the parts together.

    ``past`` is a participle in the masculine singular (« envoyé »), made to agree.
    """
    by_kind = {kind: count for kind, count in counts if count}
    chief = [(kind, by_kind[kind]) for kind in KINDS if kind in by_kind and not KINDS[kind].minor]
    others = sum(by_kind.values()) - sum(count for _, count in chief)
    parts = [counted(kind, count) for kind, count in chief[:4]]
    others += sum(count for _, count in chief[4:])
    feminine = all(KINDS[kind].feminine for kind, _ in chief)
    if others and not parts:
        parts, feminine = [f"{format_integer(others)}\u00a0{plural_word(others, 'élément', 'éléments')}"], False
    elif others:
        parts.append(f"{format_integer(others)}\u00a0{plural_word(others, _OTHER.one, _OTHER.many)}")
        feminine = False
    if not parts:
        return ""
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} et {parts[-1]}"
    if not past:
        return listed
    total = sum(by_kind.values())
    return f"{listed} {past}{'e' if feminine else ''}{'s' if total > 1 else ''}"


def shown_value(kind: str, field: str, value: Any) -> str:
    """A stored value as a person reads it; « — » for none. Ids are not names: the caller looks them up before."""
    if value is None or value == "":
        return DASH
    if (kind, field) in _CHOICES:
        return next((one.label for one in _CHOICES[kind, field] if one.value == value), str(value))
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, dt.datetime):
        at = value.astimezone()
        return f"{format_date(at.date())} à {format_time(at)}"
    if isinstance(value, dt.date):
        return format_date(value)
    if isinstance(value, int):
        return _shown_number(field, value)
    if isinstance(value, str):
        return _shown_text(field, value)
    return _shown_data(field, value)


def _shown_data(field: str, value: Any) -> str:
    if field == "strokes":
        return plural(len(value), "trait tracé", "traits tracés") if value else "aucun trait"
    return plural(len(value), "élément") if isinstance(value, list | dict) else str(value)


def _shown_number(field: str, value: int) -> str:
    if field in _HOURS:
        return format_hours_unit(value)
    if field.endswith("_cents"):
        return format_money(value)
    if field == "statement_due_day":
        return f"le {value if value > 1 else '1er'} du mois suivant"
    if field in _RATES:
        return f"{format_decimal(Decimal(value) / 100)}\u00a0%"
    return format_integer(value)


def _shown_text(field: str, value: str) -> str:
    if field in _PHONES:
        return format_phone(value)
    if field == "siret":
        return format_siret(value)
    if field in ("month", "months"):
        return join_words([format_month(one) for one in value.split()])
    if field == "planned_time" and _CLOCK_TIME.fullmatch(value):
        return format_time(dt.time.fromisoformat(value))
    if field == "absence_code":
        return absence_label(value)
    return value


_CLOCK_TIME = re.compile(r"[0-2][0-9]:[0-5][0-9]")
