"""Closed lists: the English value is stored, the French label is shown.

Only what the *program* must reason about is here. What a network decides (publics,
proofs, rates, milestones, exit schemes…) is dated data in ``reference_entry`` rows.
"""

from __future__ import annotations

import enum
from typing import Self


class Choice(enum.StrEnum):
    """A stored value with its French label: ``Modality.DIRECT_HIRE.label``."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class OrganisationKind(Choice):
    PLIE = "plie", "PLIE"
    INTERMUNICIPAL = "intermunicipal", "Service intercommunal"
    PCI = "pci", "Pôle de compétences insertion"
    OTHER = "other", "Autre organisation"


class Role(Choice):
    """Right of a facilitator in an organisation (``rules.access``)."""

    FACILITATOR = "facilitator", "Facilitateur ou facilitatrice"
    COORDINATOR = "coordinator", "Coordination"
    READER = "reader", "Lecture seule"


class BuyerKind(Choice):
    PUBLIC = "public", "Donneur d’ordre public"
    SOCIAL_LANDLORD = "social_landlord", "Bailleur social"
    PRIVATE = "private", "Donneur d’ordre privé"


class CompanyKind(Choice):
    """DOMAIN.md §1.3."""

    ORDINARY = "ordinary", "Entreprise"
    EI = "ei", "Entreprise d’insertion (EI)"
    EITI = "eiti", "Entreprise d’insertion par le travail indépendant (EITI)"
    ETTI = "etti", "Entreprise de travail temporaire d’insertion (ETTI)"
    AI = "ai", "Association intermédiaire (AI)"
    ACI = "aci", "Atelier et chantier d’insertion (ACI)"
    GEIQ = "geiq", "Groupement d’employeurs (GEIQ)"
    EA = "ea", "Entreprise adaptée (EA)"
    EATT = "eatt", "Entreprise adaptée de travail temporaire (EATT)"
    ESAT = "esat", "ESAT"
    ETT = "ett", "Agence d’intérim (ETT)"
    NEIGHBOURHOOD = "neighbourhood", "Régie de quartier ou de territoire"
    OTHER = "other", "Autre structure"


class CompanyRole(Choice):
    """What a company is on a lot (DOMAIN.md §1.1)."""

    CONTRACTOR = "contractor", "Titulaire"
    CO_CONTRACTOR = "co_contractor", "Cotraitant"
    SUBCONTRACTOR = "subcontractor", "Sous-traitant"


class ObjectiveKind(Choice):
    """A lot may carry several objectives side by side (DOMAIN.md §14.2)."""

    RETAINED = "retained", "Objectif du marché"
    PROJECT = "project", "À l’échelle du projet"
    CONTRACTED = "contracted", "Heures conventionnées"
    TRAINING = "training", "Formation"
    INTERNSHIP = "internship", "Stage"


class ClauseState(Choice):
    """Life of the clause on a commitment (DOMAIN.md §5.4)."""

    OPEN = "open", "En cours"
    FINISHED = "finished", "Terminée"
    ATTESTED = "attested", "Attestation émise"
    CANCELLED = "cancelled", "Annulée"


class ClauseArticle(Choice):
    """The legal form of the clause (charter art. 4.3; DOMAIN.md §1.1)."""

    PERFORMANCE_CONDITION = "performance_condition", "Condition d’exécution"
    AWARD_CRITERION = "award_criterion", "Critère d’attribution"
    RESERVED = "reserved", "Marché réservé"
    INSERTION_SERVICE = "insertion_service", "Marché d’insertion"
    PRIVATE = "private", "Engagement privé"


class Modality(Choice):
    """How the hours are fulfilled (charter art. 4.3; DOMAIN.md §4.1)."""

    DIRECT_HIRE = "direct_hire", "Embauche directe"
    ETTI = "etti", "Mise à disposition par une ETTI"
    GEIQ = "geiq", "Mise à disposition par un GEIQ"
    AI = "ai", "Mise à disposition par une AI"
    SUBCONTRACTING = "subcontracting", "Sous-traitance à une EI"
    CO_CONTRACTING = "co_contracting", "Cotraitance avec une EI"
    OTHER = "other", "Autre modalité"


class EmploymentType(Choice):
    """DOMAIN.md §4.3."""

    CDI = "cdi", "CDI"
    CDIC = "cdic", "CDI de chantier"
    CDD = "cdd", "CDD"
    CDDI = "cddi", "CDD d’insertion"
    CDDU = "cddu", "CDD d’usage"
    CTT = "ctt", "Mission d’intérim"
    APPRENTICESHIP = "apprenticeship", "Contrat d’apprentissage"
    PROFESSIONALISATION = "professionalisation", "Contrat de professionnalisation"
    OTHER = "other", "Autre contrat"


class Sex(Choice):
    FEMALE = "female", "Femme"
    MALE = "male", "Homme"
    UNKNOWN = "unknown", "Non renseigné"


class Qualification(Choice):
    """Level at the start of the clause period (DOMAIN.md §7.5)."""

    NONE = "none", "Sans diplôme"
    LEVEL_3 = "level_3", "CAP, BEP (niveau 3)"
    LEVEL_4 = "level_4", "Baccalauréat (niveau 4)"
    LEVEL_5_PLUS = "level_5_plus", "Bac + 2 et plus (niveaux 5 à 8)"
    UNKNOWN = "unknown", "Non renseigné"


class AgeBand(Choice):
    """Bands of the published tables (DOMAIN.md §7.4), frozen at the start of the period."""

    UNDER_26 = "under_26", "Moins de 26 ans"
    FROM_26_TO_40 = "26_40", "26 à 40 ans"
    FROM_41_TO_50 = "41_50", "41 à 50 ans"
    FROM_51 = "51_plus", "51 ans et plus"
    UNKNOWN = "unknown", "Non renseigné"


class PeriodEnd(Choice):
    """Why a clause period ended."""

    CONTRACT_END = "contract_end", "Fin de contrat"
    HIRED = "hired", "Embauche"
    TRAINING = "training", "Entrée en formation"
    BROKEN_BY_COMPANY = "broken_by_company", "Rupture par l’entreprise"
    BROKEN_BY_PERSON = "broken_by_person", "Rupture par la personne"
    OTHER = "other", "Autre motif"


class StatementState(Choice):
    """Life of a monthly statement (PRODUCT.md H6)."""

    EXPECTED = "expected", "Attendu"
    RECEIVED = "received", "Reçu"
    TO_CHECK = "to_check", "À vérifier"
    VALIDATED = "validated", "Validé"
    ATTESTED = "attested", "Attesté"


class StatementSource(Choice):
    """Where the figures come from."""

    PAPER = "paper", "Relevé papier"
    FILE = "file", "Fichier"
    PASTE = "paste", "Copie depuis un tableur"
    PHONE = "phone", "Téléphone"


class HourKind(Choice):
    WORKED = "worked", "Heures travaillées"
    TRAINING = "training", "Formation"


class VisitState(Choice):
    DRAFT = "draft", "Brouillon"
    FINAL = "final", "Signé"


class VisitKind(Choice):
    SITE = "site", "Visite de chantier"
    LAUNCH = "launch", "Réunion de lancement"
    FOLLOW_UP = "follow_up", "Point de suivi"
    CLOSING = "closing", "Bilan de fin de chantier"


class PresenceStatus(Choice):
    """Attendance (PRODUCT.md V3)."""

    UNKNOWN = "unknown", "À noter"
    PRESENT = "present", "Présent"
    ABSENT = "absent", "Absent"
    LATE = "late", "En retard"
    EXCUSED = "excused", "Excusé"


class AttendanceKind(Choice):
    """Who is on the attendance list: people of the site, or beneficiaries."""

    SITE_PERSON = "site_person", "Interlocuteur"
    BENEFICIARY = "beneficiary", "Bénéficiaire"


class MeetingStatus(Choice):
    """How a beneficiary was met (PRODUCT.md V3)."""

    UNKNOWN = "unknown", "À noter"
    SEEN = "seen", "Vu"
    NOT_SEEN = "not_seen", "Non vu"
    ALONE = "alone", "Entretien individuel"


class ObservationSection(Choice):
    """Subject of an observation; phrases are proposed by section."""

    BENEFICIARY = "beneficiary", "Bénéficiaire"
    TUTORING = "tutoring", "Accueil et tutorat"
    HOURS = "hours", "Heures et relevés"
    TRAINING = "training", "Formation"
    SAFETY = "safety", "Sécurité et équipements"
    ORGANISATION = "organisation", "Organisation du chantier"


class ActionState(Choice):
    OPEN = "open", "Ouverte"
    DONE = "done", "Faite"
    DROPPED = "dropped", "Sans objet"


class PointState(Choice):
    """What became of an earlier visit's observation (PRODUCT.md V2)."""

    OPEN = "open", "Ouvert"
    CLOSED = "closed", "Levé"
    CARRIED = "carried", "Reporté"
    DROPPED = "dropped", "Sans objet"


class SignerRole(Choice):
    FACILITATOR = "facilitator", "Facilitateur ou facilitatrice"
    COMPANY = "company", "Entreprise"
    BENEFICIARY = "beneficiary", "Bénéficiaire"


class NoteKind(Choice):
    """Kind of a follow-up note (PRODUCT.md B4)."""

    INTERVIEW = "interview", "Entretien"
    PHONE = "phone", "Appel téléphonique"
    MESSAGE = "message", "Message"
    SITE = "site", "Rencontre sur le chantier"
    PARTNER = "partner", "Échange avec un partenaire"
    STEP = "step", "Étape du parcours"


class SituationState(Choice):
    """What is known at a milestone after the exit; no record at all is « pas encore demandée »."""

    UNKNOWN = "unknown", "Demandée, non connue"
    KNOWN = "known", "Connue"


class AttemptOutcome(Choice):
    """How an attempt to reach somebody ended."""

    NO_ANSWER = "no_answer", "Sans réponse"
    MESSAGE_LEFT = "message_left", "Message laissé"
    WRONG_NUMBER = "wrong_number", "Coordonnées qui ne sont plus bonnes"
    REFUSED = "refused", "Ne souhaite pas répondre"
    REACHED = "reached", "Personne jointe"


class AttachmentKind(Choice):
    PHOTO = "photo", "Photo"
    DOCUMENT = "document", "Document"
    LOGO = "logo", "Logo"


class Recipient(Choice):
    """For whom a document is made: what is not allowed is not in the file (PRODUCT.md R5)."""

    COMPANY = "company", "Entreprise"
    BUYER = "buyer", "Donneur d’ordre"
    PERSON = "person", "Bénéficiaire"
    FILE = "file", "Dossier"


class DocumentKind(Choice):
    VISIT_REPORT = "visit_report", "Compte rendu de visite"
    FOLLOW_UP_SHEET = "follow_up_sheet", "Fiche de suivi"
    MONTHLY_STATEMENT = "monthly_statement", "Relevé mensuel"
    HOURS_SIZING = "hours_sizing", "Calcul des heures"
    RECOVERY_SHEET = "recovery_sheet", "Fiche de secours"
    VERIFICATION = "verification", "Vérification"
    CONTRACT_SUMMARY = "contract_summary", "Bilan de fin de contrat"
    INTRODUCTION = "introduction", "Présentation d’un candidat"
    OPEN_OFFERS = "open_offers", "Offres ouvertes"
    ACCESS_REPORT = "access_report", "Droit d’accès"
    ATTESTATION = "attestation", "Attestation d’heures"
    CLAUSE_ATTESTATION = "clause_attestation", "Attestation de clause"
    REMINDER = "reminder", "Relance"


class AttestationKind(Choice):
    """What an attestation certifies."""

    CONTRACT = "contract", "Contrat d’une personne"
    CLAUSE = "clause", "Clause d’un lot"


class ReminderChannel(Choice):
    """How a company was reminded of a missing statement."""

    LETTER = "letter", "Courrier"
    MESSAGE = "message", "Message"
    PHONE = "phone", "Téléphone"


class PenaltyKind(Choice):
    """DOMAIN.md §5.3."""

    PER_HOUR_MISSING = "per_hour_missing", "Par heure non réalisée"
    PER_DAY_LATE = "per_day_late", "Par jour de retard, après mise en demeure"
    FLAT = "flat", "Forfaitaire"


class OfferState(Choice):
    """Life of a job offer."""

    OPEN = "open", "Ouverte"
    FILLED = "filled", "Pourvue"
    WITHDRAWN = "withdrawn", "Retirée"


class IntroductionAnswer(Choice):
    """What a company answered about a candidate. No answer names a reason that would say who the person is."""

    WAITING = "waiting", "En attente de réponse"
    INTERVIEW = "interview", "Entretien prévu"
    HIRED = "hired", "Embauche"
    DECLINED = "declined", "Non retenu par l’entreprise"
    WITHDRAWN = "withdrawn", "N’est plus disponible"


class RetentionChoice(Choice):
    """What was decided of a person's data past their time (PRODUCT.md B11)."""

    KEPT = "kept", "Conserver, avec un motif"
    ARCHIVED = "archived", "Archiver"
    ANONYMISED = "anonymised", "Anonymiser"


class ConflictChoice(Choice):
    """What was decided between two values of one field (SYNC.md §3)."""

    OPEN = "", "À décider"
    SHOWN = "shown", "La valeur affichée est gardée"
    OTHER = "other", "L’autre valeur est reprise"
    BOTH = "both", "Les deux valeurs sont gardées"
    EDITED = "edited", "Une troisième valeur a été saisie"
