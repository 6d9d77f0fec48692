"""The words companies put above their columns, and what each means. All words are folded (``french.fold``)."""

from __future__ import annotations

import enum
import re
from functools import lru_cache

from app.hours.timesheets.wording import phrases, words
from app.rules.french import fold


class Role(enum.StrEnum):
    """What a column holds."""

    LAST_NAME = "last_name"
    FIRST_NAME = "first_name"
    FULL_NAME = "full_name"
    REF = "ref"
    COMPANY = "company"
    SIRET = "siret"
    MONTH = "month"
    YEAR = "year"
    DATE = "date"
    DATE_FROM = "date_from"
    DATE_TO = "date_to"
    WEEK = "week"
    HOURS = "hours"
    """Counted."""
    TOTAL = "total"
    """Only compared with what is counted."""
    IGNORED = "ignored"

    __hash__ = str.__hash__  # an Enum hashes in Python: roles are looked up for every cell


class HoursKind(enum.IntEnum):
    """Among columns of hours, which says best what was worked; the greatest wins."""

    NONE = 0
    LOOSE = 1
    """Paid, invoiced: only when there is nothing else."""
    PART = 2
    """A share of the total: normal, overtime, morning…"""
    PLAIN = 3
    TOTAL = 4
    WORKED = 5
    """Worked, done, of insertion: exactly what is asked."""


_EXACT: dict[str, Role] = {}


def _say(role: Role, *headings: str) -> None:
    for heading in headings:
        _EXACT[heading] = role


_say(
    Role.FULL_NAME,
    *phrases(
        "nom prenom,nom et prenom,noms prenoms,noms et prenoms,nom prenoms,nom et prenoms,prenom nom,"
        "prenom et nom,nom prenom du salarie,nom et prenom du salarie,nom prenom salarie,nom du salarie,"
        "nom salarie,salarie,salaries,salarie e,salarie e s,salaries es,nom du beneficiaire,beneficiaire,"
        "beneficiaires,nom et prenom du beneficiaire,interimaire,interimaires,nom de l interimaire,employe,"
        "employes,employe e,nom de l employe,personne,personnes,participant,participants,participante,"
        "nom du participant,collaborateur,collaborateurs,collaboratrice,collaborateur trice,agent,agents,"
        "ouvrier,ouvriers,intervenant,intervenants,stagiaire,apprenti,nom complet,identite,"
        "personne en insertion,salarie en insertion,salaries en insertion,nom prenom beneficiaire,"
        "noms des salaries,nom des salaries,nom prenom de l interimaire,nom et prenom de l interimaire,"
        "candidat,nom prenom du beneficiaire,nom de la personne,travailleur,personnel,effectif nominatif,"
        "nom et prenoms du salarie,employee,name,full name,worker,libelle salarie,designation salarie,"
        "salarie nom prenom,nom usuel et prenom"
    ),
)
_say(
    Role.LAST_NAME,
    *phrases(
        "nom,noms,nom de famille,nom usuel,nom d usage,nom patronymique,nom marital,patronyme,nom sal,"
        "last name,surname,nom usage"
    ),
)
_say(
    Role.FIRST_NAME,
    *(["prenom", "prenoms", "prenom s", "prenom usuel", "prenom du salarie", "prenom salarie", "first name"]),
)
_say(Role.FIRST_NAME, "prenom du beneficiaire", "prenom beneficiaire", "prenom interimaire")
_say(
    Role.REF,
    *phrases(
        "matricule,matricules,n matricule,no matricule,numero matricule,mat,matr,code salarie,n salarie,"
        "no salarie,numero salarie,id salarie,identifiant,identifiant salarie,ref salarie,reference salarie,"
        "code employe,n interimaire,code interimaire,numero de salarie,n de salarie,matricule paie,"
        "matricule salarie,badge,n badge,numero interimaire,id,code agent"
    ),
)
_say(
    Role.COMPANY,
    *phrases(
        "entreprise,entreprises,societe,employeur,employeurs,raison sociale,nom de l entreprise,"
        "nom entreprise,nom employeur,structure,structure employeuse,etablissement,entreprise employeuse,"
        "employeur juridique,nom de l employeur,raison sociale employeur,raison sociale de l employeur,"
        "agence,structure d insertion,siae,etti,entreprise employeur,porteur du contrat,societe employeuse,"
        "company"
    ),
)
_say(
    Role.SIRET,
    *(["siret", "n siret", "no siret", "numero siret", "siret employeur", "siret entreprise", "siret de l employeur"]),
)
_say(Role.SIRET, "siret etablissement", "siret societe", "siret etti", "numero de siret")
_say(
    Role.MONTH,
    *phrases(
        "mois,periode,periodes,mois de paie,mois paie,periode de paie,mois concerne,mois travaille,"
        "mois d activite,mois de travail,mois declare,mois annee,periode concernee,mois de reference,"
        "mois d intervention,mois et annee,mois d emploi,periode travaillee,periode de travail,month"
    ),
)
_say(Role.YEAR, "annee", "annees", "exercice", "an", "year")
_say(
    Role.DATE,
    *phrases(
        "date,dates,jour,jours,date du jour,jour travaille,date travaillee,date de travail,"
        "date d intervention,date pointage,date de pointage,journee,date jour,date prestation,"
        "date de prestation,date de mission,day"
    ),
)
_say(Role.DATE_FROM, "du", "debut semaine", "debut de semaine", "date debut semaine", "debut periode")
_say(Role.DATE_FROM, "semaine du", "lundi", "debut de periode", "periode du", "date debut periode")
_say(Role.DATE_TO, "au", "fin semaine", "fin de semaine", "date fin semaine", "semaine au", "fin periode", "periode au")
_say(Role.DATE_TO, "fin de periode", "date fin periode")
_say(
    Role.WEEK, "semaine", "semaines", "n semaine", "no semaine", "num semaine", "numero semaine", "sem", "n de semaine"
)
_say(Role.WEEK, "semaine n", "numero de semaine", "week", "semaine iso")

_LOOSE = frozenset(["payees", "payes", "facturees", "factures", "facturables", "remunerees"])
_EXCLUDED = frozenset(
    words(
        "taux cout couts montant prix euro euros cumul cumule cumulees cumulee cumules objectif objectifs "
        "objectives dont prevu prevue prevues prevus previsionnel previsionnelles previsionnel contractuel "
        "contractuelle contractuelles contrat theorique theoriques restant restantes reste solde pourcentage "
        "part absence absences conge conges cp rtt maladie arret hebdo hebdomadaire hebdomadaires formation "
        "formations etp equivalent due dues attendu attendues engagement engagees engage nuitees panier "
        "paniers trajet trajets deplacement intemperies horaire horaires precedent precedentes anterieur "
        "anterieures report reportees visa ferie feries repos facturation salaire brut net programmees "
        "planifiees planning moyenne moyennes mensualisee mensualise modulation quota ecart ecarts "
        "coefficient naissance embauche entree sortie debut fin age statut poste emploi fonction "
        "qualification observation observations remarque remarques commentaire commentaires signature tuteur "
        "tache motif nature type lieu adresse commune tel telephone mail email sexe code niveau chomage "
        "partiel activite"
    )
)
_WORKED = frozenset(
    words(
        "realisees realise realisee realises effectuees effectue effectuee effectues travaillees travaille "
        "travaillee travailles insertion clause retenues validees declarees declares comptabilisees "
        "affectees presence valorisees executees accomplies eligibles clausees"
    )
)
_PART = frozenset(
    words(
        "normales normale norm supp sup supplementaires supplementaire hs complementaires complementaire "
        "matin midi apres soir nuit dimanche samedi jour majorees majoree hn hc 25 50 25h 50h hs25 hs50 125 "
        "150 base contrat hsup hsupp matinee journalieres"
    )
)
_OVERTIME = frozenset(
    ["supp", "sup", "supplementaires", "supplementaire", "hs", "majorees", "majoree", "hsup", "hsupp"]
)
_HOURS_WORD = re.compile(
    r"\b(?:heures?|hrs?|nbh|nbre h|nb h|nbr h|h|duree|durees|temps|volume|quantite|qte|hours|hh|hn|hs\d*|hsup|hsupp)\b"
)
_MONEY = re.compile(r"[€%$]|\beuros?\b")


@lru_cache(maxsize=5_000)
def role_of(heading: str) -> Role | None:
    """The role a heading states; ``None`` when it states none (or is not a heading at all)."""
    if not heading or len(heading) > 70:
        return None
    folded = fold(heading)
    if not folded:
        return None
    role = _EXACT.get(folded) or _EXACT.get(_bare(heading))
    if role is not None:
        return None if ":" in heading.rstrip(" :") else role
    kind = hours_kind(heading)
    if kind is HoursKind.TOTAL and is_bare_total(heading):
        return Role.TOTAL
    if kind is not HoursKind.NONE:
        return Role.HOURS
    words = folded.split()
    if len(words) <= 5:
        if "prenom" in words and "nom" in words:
            return Role.FULL_NAME
        if words[0] == "matricule" or words[-1] == "matricule":
            return Role.REF
        if words[0] == "siret":
            return Role.SIRET
        if words[0] == "nom" and set(words) & {"salarie", "interimaire", "beneficiaire", "agent", "employe"}:
            return Role.FULL_NAME
    return None


@lru_cache(maxsize=5_000)
def _bare(heading: str) -> str:
    """Folded heading without what stands in parentheses: « Salarié(e) », « NOM (en capitales) »."""
    return fold(re.sub(r"\([^()]*\)|\*", "", heading))


@lru_cache(maxsize=5_000)
def hours_kind(heading: str) -> HoursKind:
    """Which column of hours a heading announces, ``NONE`` when none, or one that must not be counted."""
    if len(heading) > 70:
        return HoursKind.NONE
    folded = fold(heading)
    if _MONEY.search(heading) and not ("%" in heading and set(folded.split()) & _OVERTIME):
        return HoursKind.NONE
    words = frozenset(folded.split())
    total = bool(words & {"total", "totaux", "tot", "somme"})
    worked = bool(words & _WORKED)
    hours = bool(_HOURS_WORD.search(folded))
    excluded = words & _EXCLUDED
    if "volume" in words:
        excluded -= {"horaire", "horaires"}
    if excluded and not (excluded <= {"debut", "fin", "activite"} and worked and hours):
        return HoursKind.NONE
    if worked and (hours or total):
        return HoursKind.WORKED
    if worked and words <= _WORKED:
        return HoursKind.WORKED
    if hours and words & _LOOSE:
        return HoursKind.LOOSE
    if total:
        return HoursKind.TOTAL
    if words & _PART and (hours or words <= _PART):
        return HoursKind.PART if "jour" not in words or hours or len(words) > 1 else HoursKind.NONE
    if hours:
        return HoursKind.PLAIN
    return HoursKind.NONE


@lru_cache(maxsize=5_000)
def is_bare_total(heading: str) -> bool:
    """A total that names no hours: « Total », « Total 2024 », « TOTAL mois » (it may be a sum of the row)."""
    words = [word for word in fold(heading).split() if not word.isdigit()]
    return bool(words) and words[0] in ("total", "totaux", "tot", "somme")


_TOTAL_ROW = re.compile(
    r"^(?:(?:sous|s) ?totaux|(?:sous|s) ?total|stotal|grand total|total|totaux|tot|cumul|cumuls|somme|reste|"
    r"restant|objectif|moyenne|report|a reporter|solde|ecart|engagement|nombre d heures|nb d heures|heures totales|"
    r"recapitulatif|recap|nombre de salaries|effectif|taux|etp|avancement|prevu|realise|a realiser|ensemble)\b"
)
_TOTAL_INSIDE = re.compile(r"\b(?:sous totaux|sous total|total|totaux|cumul)\b")
_CHECKED_TOTAL = re.compile(
    r"^(?:grand )?tota(?:l|ux)(?: (?:general|du mois|mois|heures?|des heures|d heures|h|global|de la periode|periode|"
    r"mensuel|insertion|d insertion|realise|realisees|effectuees|salaries|feuille|page|d|de|du))*(?: 20\d\d)?$"
)


@lru_cache(maxsize=10_000)
def is_total_label(text: str) -> bool:
    """Whether a cell of names announces a total, a cumul, a target: a row never imported."""
    if not text or len(text) > 120:
        return False
    folded = fold(text)
    return bool(_TOTAL_ROW.match(folded) or _TOTAL_INSIDE.search(folded)) or text.strip().startswith(("Σ", "∑"))


@lru_cache(maxsize=5_000)
def is_checked_total(text: str) -> bool:
    """Whether a total row announces the sum of what stands above it, and nothing finer."""
    return bool(_CHECKED_TOTAL.match(fold(text)))
