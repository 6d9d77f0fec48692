"""Spellings of one name written from another alphabet: « Mohamed », « Mohammed », « Muhammad » (PRODUCT.md B2).

A civil registry, a consulate and a payslip each choose their own. Only names whose spellings differ beyond what the
sound key and one slip already forgive need to be here; a name that is simply close is not.
"""

from __future__ import annotations

from functools import cache

from app.rules.french import fold

_FAMILIES = (
    "mohamed mohammed muhammad mohammad mouhamed muhammed mohamad mouhamad muhamed mouhammad muhammet",
    "youssef yusuf yousef youssouf yousuf yussef youcef yussuf yousif jusuf",
    "ekaterina yekaterina katerina iekaterina kateryna jekaterina catherina",
    "ahmed ahmad achmed ahmet",
    "fatima fatema fatimah fatma fathima",
    "aicha aisha ayesha aischa aiche aishah",
    "khadija khadidja khadijah hadija kadija kadidja khadeeja",
    "abdelkader abdelqader abdulkader abdelkadir abdulqadir",
    "abderrahmane abdurrahman abdelrahman abderrahman abdulrahman abdourahmane abdurahman",
    "abdoulaye abdullah abdallah abdulla abdellah abdoullah",
    "abdelaziz abdulaziz abdoulaziz",
    "hussein hussain hossein houcine hocine husein hossain hussayn houssein husayn",
    "hassan hasan hacene hassen hassane",
    "omar umar oumar omer oumarou",
    "ousmane osman othman uthman othmane usman",
    "ibrahim ibrahima brahim ebrahim ibrahiim",
    "ismail ismael ismaila esmail smail ismayil",
    "soufiane sofiane sufyan sofian soufian sofyan",
    "yassine yacine yasin yassin yasine",
    "zineb zaynab zeinab zainab zeyneb zenab zaineb",
    "maryam mariam meriem meryem myriam maryem miriam mariame",
    "said saeed sayed saied",
    "khaled khalid haled kaled",
    "rachid rashid rasheed rachyd",
    "nadia nadja nadya nadiya",
    "natalia natalya nathalia nataliya natalja",
    "tatiana tatyana tatjana tetiana",
    "yulia julia ioulia iouliia yuliya iuliia",
    "oleksandr alexandr aleksandr alexander alexandre",
    "oleksandra aleksandra alexandra",
    "serhiy sergey sergei serguei sergiy serhii",
    "volodymyr vladimir wladimir vladymyr",
    "olena elena yelena helena ielena jelena",
    "dmitri dmitry dmytro dimitri dmitriy dmitrii",
    "yevgeni evgeni evgueni yevhen evgeny evgenii ievhen",
    "yuri youri iouri yury iurii yurii",
    "mikhail mykhailo michail mikail",
    "svitlana svetlana",
    "nikolai nikolay mykola nicolai mikola",
    "andriy andrei andrey andrii",
    "cheikh cheick shaikh sheikh sheik cheickh sheick",
    "moussa musa mousa musah moosa",
    "salah saleh salih saalih",
    "djamel jamel jamal djamal gamal",
    "djamila jamila gamila",
    "nasser nacer naser nassir",
    "tarek tariq tarik tareq",
    "walid oualid waleed",
    "wassim ouassim wasim waseem",
    "noureddine nordine nourdine nureddin noureddin nouredine",
    "kamel kamal kemal",
    "mahmoud mahmud mehmood mahmood",
    "mustapha mustafa moustapha mostafa moustafa mostapha",
    "hicham hisham hishem",
    "karim kareem kerim",
    "amine amin ameen",
    "bilal bilel belal billal",
    "ilyes ilyas ilias ilyess ilyess elias",
    "layla leila laila leyla leilah",
    "houda huda hoda",
    "souad suad soad",
    "naima naeema naimah",
    "halima haleema halimah",
    "farid fareed ferid",
    "jallow diallo djalo jalloh",
    "bah ba",
    "sow so",
    "hamza hamzah hamsa",
    "khalil halil khaleel",
    "rabia rabiya rabiah",
    "wafa ouafa wafaa",
    "warda ouarda",
    "zohra zahra zohrah zuhra",
    "zakaria zakariya zekeriya zacharia",
    "yahya yahia yehia",
    "younes yunus younous younis yunes",
    "youness yunus younes",
    "chaima shaima shaymaa chaimae",
    "chérif cherif sharif sheriff sherif",
    "nguyen nguyên",
)


@cache
def _spellings() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for family in _FAMILIES:
        words = tuple(dict.fromkeys(fold(family).split()))
        for word in words:
            found[word] = tuple(dict.fromkeys((*found.get(word, ()), *words)))
    return found


def spellings(word: str) -> tuple[str, ...]:
    """Other spellings of a folded word, without itself; empty when none is known."""
    return tuple(one for one in _spellings().get(word, ()) if one != word)


def spellings_begun(word: str) -> tuple[str, ...]:
    """The same for a word being typed: from four letters on, those of every name that it begins."""
    if len(word) < 4:
        return spellings(word)
    found: dict[str, None] = {}
    for known, others in _spellings().items():
        if known.startswith(word):
            found.update(dict.fromkeys(one for one in others if not one.startswith(word)))
    return tuple(found)


def same_name(first: str, second: str) -> bool:
    """Whether two folded words are spellings of one name."""
    return second in _spellings().get(first, ())
