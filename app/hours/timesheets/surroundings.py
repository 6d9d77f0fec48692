"""What stands around a table: title, labels (« Mois : », « Entreprise : »), name of the sheet."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from app.hours.timesheets.cells import Cell, Row
from app.hours.timesheets.layout import Context, shown
from app.hours.timesheets.names import looks_like_person, reduce_name
from app.hours.timesheets.values import Moment, moment_of, moment_of_text, months_said, span_of_text, years_said
from app.hours.timesheets.wording import phrases, words
from app.rules.french import fold

_LABEL = re.compile(r"\s*([^:]{2,60}?)\s*(?::|=)\s*(.*)", re.DOTALL)
_SIRET = re.compile(r"(?<!\d)(\d{3}[ .]?\d{3}[ .]?\d{3}[ .]?\d{5}|\d{14})(?!\d)")
_SPLIT = re.compile(r"\s+[—–\-/|•·]\s+|\s{3,}|;|\|| - |, (?=SIRET)")
_INNER_LABELS = re.compile(
    r"(?<=\S)\s+(?=(?:N° ?)?(?:SIRET|SIREN|Siret|Chantier|Opération|Operation|Lot|Marché|Mois|Période|Periode|Prénom|"
    r"Prenom|Entreprise|Employeur|Adresse)\b[^:]{0,12}:)"
)

_COMPANY_LABELS = frozenset(
    phrases(
        "entreprise,societe,employeur,raison sociale,nom de l entreprise,entreprise employeuse,structure,"
        "etablissement,structure employeuse,nom entreprise,etti,geiq,ei,aci,association intermediaire,siae,"
        "agence,agence d interim,titulaire,entreprise titulaire,sous traitant,entreprise sous traitante,"
        "cotraitant,employeur juridique,nom de la societe,nom de l employeur,entreprise d insertion,"
        "entreprise de travail temporaire,raison sociale de l entreprise,structure d insertion,"
        "entreprise attributaire,attributaire,emetteur,societe employeuse,entreprise intervenante,"
        "entreprise de travail temporaire d insertion,nom ou raison sociale,prestataire,fournisseur"
    )
)
_STRONG_COMPANY_LABELS = frozenset(
    phrases(
        "employeur,structure employeuse,entreprise employeuse,employeur juridique,etti,geiq,"
        "nom de l employeur,agence,agence d interim,entreprise de travail temporaire,"
        "entreprise de travail temporaire d insertion,siae"
    )
)
_MONTH_LABELS = frozenset(
    phrases(
        "mois,periode,mois de,periode de,mois concerne,mois de paie,periode concernee,releve du mois de,"
        "releve du mois,mois travaille,pour le mois de,au titre du mois de,mois annee,mois et annee,"
        "heures du mois de,periode de paie,mois de reference,declaration du mois de,pointage du mois de,"
        "mois declare,periode du,date,mois d activite,periode travaillee,releve mensuel,mois/annee,"
        "releve d heures du mois de,feuille d heures du mois de"
    )
)
_YEAR_LABELS = frozenset(("annee", "exercice", "an", "annee civile"))
_PERSON_LABELS = frozenset(
    phrases(
        "salarie,salarie e,nom et prenom,nom prenom,nom prenom du salarie,nom et prenom du salarie,"
        "beneficiaire,interimaire,nom du salarie,employe,employe e,nom du beneficiaire,participant,agent,"
        "ouvrier,personne,prenom nom,prenom et nom,nom et prenom du beneficiaire,nom de l interimaire,"
        "collaborateur,nom et prenom de l interimaire,nom complet,salarie en insertion,nom et prenoms,"
        "nom de l employe,identite,stagiaire,apprenti"
    )
)
_LAST_LABELS = frozenset(("nom", "nom de famille", "nom usuel", "nom d usage"))
_FIRST_LABELS = frozenset(("prenom", "prenoms"))
_SITE_LABELS = frozenset(
    [
        "operation",
        "chantier",
        "lot",
        "marche",
        "site",
        "affaire",
        "mission",
        "operation lot",
        "n marche",
        "marche n",
        "projet",
    ]
)

_TITLE_WORDS = frozenset(
    words(
        "releve releves heures heure pointage pointages tableau suivi attestation feuille presence "
        "extraction paie etat mensuel mensuelle mois insertion clause clauses chantier lot marche operation "
        "maitre ouvrage siret periode annee page edition recapitulatif titulaire sous traitant traitants "
        "cotraitant utilisatrice date objectif engagement rehabilitation construction extension "
        "requalification janvier fevrier mars avril mai juin juillet aout septembre octobre novembre "
        "decembre etabli imprime adresse rue avenue telephone tel journalier hebdomadaire hebdo interimaires "
        "salaries salarie nom prenom semaine total cumul declaration fiche bordereau justificatif document "
        "planning export synthese sociale mise disposition nombre exercice"
    )
)
_COMPANY_WORDS = frozenset(
    words(
        "sas sarl sa sasu eurl sci scop scic snc fils ets etablissements associes geiq etti interim "
        "entreprise societe batiment btp travaux insertion association regie cie compagnie groupe freres "
        "services tt tti constructions"
    )
)
_ROLE_TAIL = re.compile(
    r"\s*\((?:sous-?traitant[e]?|titulaire|cotraitant[e]?|etti|geiq|mandataire|employeur)\)\s*$", re.IGNORECASE
)
_ROLE_HEAD = re.compile(
    r"^(?:titulaire|sous-?traitant|cotraitant|mandataire|entreprise|société|employeur|etti|mise à disposition)\s+"
    r"(?=[A-ZÀ-Þ]{2})",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Said:
    """Everything collected from some rows."""

    months: list[Moment] = field(default_factory=list)
    title_months: list[Moment] = field(default_factory=list)
    years: set[int] = field(default_factory=set)
    companies: Counter[str] = field(default_factory=Counter)
    sirets: list[str] = field(default_factory=list)
    person: str = ""
    last_name: str = ""
    first_name: str = ""
    span: tuple[dt.date, dt.date] | None = None
    site: str = ""


def listen(rows: Iterable[Row]) -> Said:
    """Collect what rows outside a table say."""
    said = Said()
    for row in rows:
        cells = [(at, cell) for at, cell in enumerate(row) if cell is not None]
        if len(cells) <= 8:
            _listen_span(cells, said)
        for position, (_, cell) in enumerate(cells):
            following = cells[position + 1][1] if position + 1 < len(cells) else None
            if cell.date is not None and len(cells) == 1 and cell.date.day == 1:
                said.months.append(Moment(cell.date.year, cell.date.month))
            elif cell.number is not None and len(cells) == 1 and cell.number in range(2000, 2100):
                said.years.add(int(cell.number))
            elif cell.text:
                _listen_cell(cell.text, following, said)
    return said


def _listen_span(cells: Sequence[tuple[int, Cell]], said: Said) -> None:
    """« Du 01/03/2024 au 31/03/2024 », in one cell or in four."""
    written = [f"{cell.date:%d/%m/%Y}" if cell.date is not None else cell.text for _, cell in cells]
    if not any("au" in text.lower().split() for text in written):
        return
    span = span_of_text(" ".join(written))
    if span is None:
        return
    said.span = said.span or span
    if (span[0].year, span[0].month) == (span[1].year, span[1].month):
        said.title_months.append(Moment(span[0].year, span[0].month))


def _listen_cell(text: str, following: Cell | None, said: Said) -> None:
    if len(text) > 500:
        return
    for match in _SIRET.finditer(text):
        said.sirets.append(re.sub(r"\D", "", match[1]))
    for piece in _SPLIT.split(_INNER_LABELS.sub("   ", text)):
        if not piece or not piece.strip():
            continue
        labelled = _LABEL.fullmatch(piece)
        label = fold(labelled[1] if labelled else piece)
        value = labelled[2].strip() if labelled else ""
        if labelled and value:
            _take(label, value, None, said)
        elif label in _ALL_LABELS and following is not None:
            _take(label, shown(following), following, said)
        elif not labelled:
            _title(piece.strip(), said)
    if not _LABEL.fullmatch(text):
        months = months_said(text)
        if len(months) == 1:
            year, month = next(iter(months))
            said.title_months.append(Moment(year, month))
    said.years.update(years_said(text))


def _take(label: str, value: str, cell: Cell | None, said: Said) -> None:
    if label in _MONTH_LABELS or label.startswith(("mois ", "periode ")) or label.endswith((" mois", " mois de")):
        moment = moment_of(cell) if cell is not None else moment_of_text(value)
        if moment is None and value:
            months = months_said(value)
            if len(months) == 1:
                year, month = next(iter(months))
                moment = Moment(year, month)
        if moment is not None and not moment.code and (label != "date" or moment.day is None):
            said.months.append(Moment(moment.year, moment.month))
    elif label in _YEAR_LABELS:
        said.years.update(int(year) for year in re.findall(r"(?<!\d)20\d\d(?!\d)", value))
    elif label in _COMPANY_LABELS:
        name = company_name(value)
        if name:
            said.companies[name] += 200 if label in _STRONG_COMPANY_LABELS else 100
    elif label in _PERSON_LABELS:
        said.person = said.person or reduce_name(value)
    elif label in _LAST_LABELS:
        said.last_name = said.last_name or reduce_name(value)
    elif label in _FIRST_LABELS:
        said.first_name = said.first_name or reduce_name(value)
    elif label in _SITE_LABELS or label.split(" ")[0] in _SITE_LABELS:
        said.site = f"{said.site} {fold(value)}".strip()
    elif label.startswith(("releve", "heures", "pointage", "feuille", "etat")):
        months = months_said(value)
        if len(months) == 1:
            year, month = next(iter(months))
            said.title_months.append(Moment(year, month))
        _title(value, said)


_ALL_LABELS = (
    _MONTH_LABELS | _YEAR_LABELS | _COMPANY_LABELS | _PERSON_LABELS | _LAST_LABELS | _FIRST_LABELS | _SITE_LABELS
)


@lru_cache(maxsize=4_000)
def company_name(text: str) -> str:
    """The name in what follows « Entreprise : »: without SIRET, role or dashes; empty when nothing is left."""
    text = _SIRET.sub(" ", text)
    text = re.split(r"\b(?:SIRET|Siret|siret|SIREN)\b", text)[0]
    text = re.split(r"\s+[—–\-|/]\s+|\s{3,}", text)[0]
    text = _ROLE_TAIL.sub("", text).strip(" :–—-,;()")
    return text if any(one.isalpha() for one in text) and len(text) <= 120 else ""


def _title(piece: str, said: Said) -> None:
    """A piece of a title may be the company's name: capitals, a legal form, a SIRET just after."""
    if len(piece) > 100:
        return
    bare = company_name(_ROLE_HEAD.sub("", piece))
    words = fold(bare).split()
    if not words or len(words) > 9 or bare.endswith("."):
        return
    letters = [one for one in bare if one.isalpha()]
    capitals = sum(1 for one in letters if one.isupper()) >= 0.8 * len(letters) and len(letters) >= 3
    strange = sum(1 for word in words if word in _TITLE_WORDS and word not in ("insertion",))
    company_words = sum(1 for word in words if word in _COMPANY_WORDS)
    if strange and not (company_words and strange == 0):
        return
    if words[0] in ("lot", "tableau", "releve") or set(words) <= {"d", "de", "l", "la", "insertion"}:
        return
    if capitals and len(words) >= 2:
        said.companies[bare] += 30 + 10 * min(2, company_words)
    elif capitals or company_words:
        said.companies[bare] += 10 + 10 * min(2, company_words)


def context_of(said: Said, sheet_name: str, before: Context | None = None) -> Context:
    """The context of a table from the rows before it, its sheet's name, and the table above in the same sheet."""
    sheet_months = months_said(sheet_name)
    sheet_month: Moment | None = None
    if len(sheet_months) == 1:
        year, number = next(iter(sheet_months))
        sheet_month = Moment(year, number)
    else:
        alone = moment_of_text(sheet_name)
        sheet_month = Moment(alone.year, alone.month) if alone and not alone.code and alone.day is None else None
    years = set(said.years) or set(years_said(sheet_name))
    stated = _agreed(said.months) or (None if said.months else _agreed(said.title_months))
    conflict = (len({one for one in said.months if one.year}) > 1 and stated is None) or (
        stated is not None and sheet_month is not None and _contradict(stated, sheet_month)
    )
    month = stated or sheet_month
    if stated is not None and stated.year is None and sheet_month is not None and sheet_month.year is not None:
        month = sheet_month
    if month is None and before is not None and not said.months and said.span is None:
        month = before.month
    if not years and month is not None and month.year is not None:
        years = {month.year}
    other: Moment | None = None
    if conflict:
        other = sheet_month if stated is not None else said.months[0]
        month = stated or said.months[-1]
    company = best_company(said.companies) or (before.company if before else "") or company_of_sheet(sheet_name)
    person = said.person
    return Context(
        month=month,
        other_month=other if conflict else (before.other_month if before and month is before.month else None),
        year=next(iter(years)) if len(years) == 1 else (before.year if before and not years else None),
        company=company,
        siret=said.sirets[0] if said.sirets else (before.siret if before else ""),
        person=person,
        last_name=said.last_name,
        first_name=said.first_name,
        span=said.span,
        site=said.site or (before.site if before else ""),
    )


def _agreed(months: Sequence[Moment]) -> Moment | None:
    """The one month said, with its year when one of the mentions has it."""
    numbers = {one.month for one in months}
    years = {one.year for one in months if one.year is not None}
    if len(numbers) != 1 or len(years) > 1:
        return None
    return Moment(next(iter(years)) if years else None, next(iter(numbers)))


def _contradict(one: Moment, other: Moment) -> bool:
    return one.month != other.month or (one.year is not None and other.year is not None and one.year != other.year)


def best_company(companies: Counter[str]) -> str:
    """The name that stands out; empty when two are as likely."""
    merged: dict[str, tuple[str, int]] = {}
    for name, score in companies.items():
        shown_name, before = merged.get(fold(name), (name, 0))
        merged[fold(name)] = (shown_name, before + score)
    ranked = sorted(merged.values(), key=lambda pair: -pair[1])
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return ""
    return ranked[0][0]


def company_of_sheet(name: str) -> str:
    """The employer a sheet is named after, when its name holds a legal form or a trade word."""
    said = Said()
    _title(name, said)
    return best_company(said.companies) if set(fold(name).split()) & _COMPANY_WORDS else ""


def person_of_sheet(name: str) -> str:
    """The person a sheet is named after, when it looks like one."""
    return reduce_name(name) if looks_like_person(name) else ""
