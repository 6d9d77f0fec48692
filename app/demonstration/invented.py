"""Invented names of people, towns, companies, operations and phrases. Nobody and nothing here exists."""

from __future__ import annotations

LAST_NAMES = (
    "MARTIN", "DESCHAMPS", "DIALLO", "LEFÈVRE", "LEFEBVRE", "de SOUSA", "KÉÏTA", "NGUYEN", "BENALI", "ROUSSEAU",
    "TRAORÉ", "PETIT-JEAN", "MOREAU", "GARNIER", "BÉRANGER", "O’BRIEN", "d’ALMEIDA", "FERREIRA", "KOUASSI", "HADDAD",
    "LEMAIRE", "BOULANGER", "CHEVALLIER", "DUPUIS", "FAURE", "GIRARD", "HUET", "JACQUES", "KLEIN", "LACROIX",
    "MARCHAND", "NOËL", "OLIVIER", "PERRIN", "QUENTIN", "RENAUD", "SIMON", "THOMAS", "URBAIN", "VASSEUR",
    "WEBER", "YILMAZ", "ZERROUKI", "BARRY", "CAMARA", "CISSÉ", "DOUMBIA", "FOFANA", "GOMIS", "MENDES",
    "MONTEIRO", "OUEDRAOGO", "PEREIRA", "RIBEIRO", "SYLLA", "TAVARES", "TOURÉ", "VIEIRA", "AMRANI", "BELKACEM",
    "CHAOUI", "DJEBBAR", "FERHAT", "GHARBI", "HAMDI", "KACI", "LAMRANI", "MANSOURI", "NASRI", "OUALI",
    "RAHMANI", "SAÏDI", "TALEB", "ZIANI", "ALONSO", "BLASCO", "CORTÈS", "DELGADO", "ESTÈVE", "FUENTES",
)  # fmt: skip

FEMALE_NAMES = (
    "Julie", "Aïssatou", "Éloïse", "Chloé", "Fatoumata", "Thanh-Mai", "Amina", "Béatrice", "Camille", "Dounia",
    "Élodie", "Fanny", "Gaëlle", "Hawa", "Inès", "Jeanne", "Khadija", "Laëtitia", "Maëlys", "Nadège",
    "Océane", "Pauline", "Rokia", "Samira", "Tatiana", "Valérie", "Yasmine", "Zoé",
)  # fmt: skip

MALE_NAMES = (
    "Benoît", "Manuel", "Ibrahim", "Karim", "Loïc", "Sœren", "Abdoulaye", "Bruno", "Cédric", "David",
    "Émile", "Farid", "Gérôme", "Hamza", "Issa", "Jean-Marc", "Kévin", "Lamine", "Mickaël", "Nassim",
    "Omar", "Pierre", "Quentin", "Rayan", "Sébastien", "Théo", "Wilfried", "Youssef",
)  # fmt: skip

TOWNS = (
    ("99101", "Orlance"),
    ("99102", "Saint-Aubert-sur-Orle"),
    ("99103", "Les Trois-Rivières"),
    ("99104", "Valmoureux"),
    ("99105", "Bréville-le-Haut"),
    ("99106", "Montcerf-en-Orlois"),
    ("99107", "L’Isle-Fontaine"),
    ("99108", "Courcelin"),
    ("99109", "Égly-la-Forêt"),
    ("99110", "Pont-Médard"),
)
"""Invented towns; the post codes belong to no department."""

BUYERS = (
    ("Ville d’Orlance", "public"),
    ("Communauté d’agglomération du Val d’Orlance", "public"),
    ("Habitat Val d’Orlance", "social_landlord"),
    ("Département de l’Orlois", "public"),
    ("Ville de Saint-Aubert-sur-Orle", "public"),
    ("Centre hospitalier des Trois-Rivières", "public"),
    ("Foyers de l’Orle", "social_landlord"),
    ("Syndicat des eaux de l’Orlois", "public"),
    ("Ville de Valmoureux", "public"),
    ("Lycées de l’Orlois", "public"),
    ("Aménagement de la Gare d’Orlance", "private"),
    ("Ville de Pont-Médard", "public"),
)

WORKS = (
    "École", "Gymnase", "Médiathèque", "Résidence", "Crèche", "Piscine", "Collège", "Groupe scolaire", "Halle",
    "Maison de santé",
    "Pôle culturel", "Stade", "Passerelle", "Centre social", "Réhabilitation de la résidence",
    "Espaces verts du quartier",
)  # fmt: skip

PLACES = (
    "Simone-Veil", "Colette", "des Tilleuls", "du Moulin", "Joséphine-Baker", "des Cèdres", "Aimé-Césaire",
    "du Belvédère",
    "Olympe-de-Gouges", "de la Gare", "Rosa-Parks", "des Acacias", "Marie-Curie", "du Parc", "Jean-Macé",
    "des Peupliers",
)  # fmt: skip

LOTS = (
    ("1", "Terrassement et réseaux", "Aide-canalisateur", "F1702"),
    ("2", "Démolition et curage", "Ouvrier de démolition", "F1704"),
    ("3", "Gros œuvre", "Aide-maçon", "F1703"),
    ("4", "Charpente et couverture", "Aide-couvreur", "F1610"),
    ("5", "Menuiseries", "Aide-menuisier", "F1607"),
    ("6", "Plâtrerie et isolation", "Plaquiste", "F1604"),
    ("7", "Peinture", "Peintre en bâtiment", "F1606"),
    ("8", "Électricité", "Aide-électricien", "F1602"),
    ("9", "Nettoyage de chantier", "Agent de propreté", "K2204"),
    ("10", "Espaces verts", "Ouvrier paysagiste", "A1203"),
)

COMPANY_WORDS = (
    "Bâti", "Maçonnerie", "Toitures", "Peintures", "Réseaux", "Menuiseries", "Électricité", "Façades", "Sols",
    "Jardins",
    "Plâtres", "Étanchéité", "Charpentes", "Propreté", "Travaux", "Rénovation",
)  # fmt: skip

COMPANY_PLACES = (
    "Sud 99", "de l’Orle", "du Val", "Orlance", "des Rivières", "du Plateau", "Nord Orlois", "Centre",
    "de la Forêt", "du Pont",
    "Martel", "Fontenoy", "Grandjean", "Delcourt", "Vauquelin", "Serrano",
)  # fmt: skip

STRUCTURES = (
    ("Orle Intérim Insertion", "etti"),
    ("Tremplin Orlois", "etti"),
    ("Coup de main de l’Orle", "ai"),
    ("GEIQ du bâtiment orlois", "geiq"),
    ("Chantiers du Val", "aci"),
    ("Éco-Rénov Insertion", "ei"),
    ("Atelier adapté des Tilleuls", "ea"),
    ("Régie de quartier du Moulin", "neighbourhood"),
)

SITE_ROLES = ("Conducteur de travaux", "Cheffe de chantier", "Responsable administratif", "Chef d’équipe", "Gérante")

OBSERVATIONS = (
    ("beneficiary", "Bonne intégration dans l’équipe."),
    ("beneficiary", "Ponctualité à améliorer\u00a0: point fait avec la personne."),
    ("beneficiary", "Autonomie en progrès sur les tâches courantes."),
    ("tutoring", "Tuteur absent"),
    ("tutoring", "Le tuteur est présent chaque matin à la prise de poste."),
    ("hours", "Relevé d’octobre à corriger\u00a0: une personne manque."),
    ("hours", "Le rythme des heures est conforme au prévisionnel."),
    ("training", "Formation demandée"),
    ("training", "Habilitation électrique à programmer."),
    ("safety", "Équipements de protection fournis et portés."),
    ("safety", "Chaussures de sécurité à remplacer."),
    ("organisation", "Intempéries\u00a0: deux jours d’arrêt en début de mois."),
    ("organisation", "Fin de phase dans six semaines\u00a0: préparer la suite pour l’équipe."),
)

ACTIONS = (
    "Nommer un nouveau tuteur",
    "Transmettre le relevé corrigé",
    "Proposer une formation gestes et postures",
    "Organiser un point avec le référent",
    "Confirmer la prolongation des contrats",
)

NOTES = (
    ("interview", "Point sur la prise de poste\u00a0: tout va bien, trajet court.", "Rappeler sous un mois"),
    ("phone", "Souhaite se former à la conduite d’engins. Dossier à préparer avec le référent.", "Prendre rendez-vous"),
    ("site", "Rencontre sur le chantier avec le tuteur. Les tâches confiées évoluent.", ""),
    ("partner", "Échange avec le prescripteur\u00a0: qualification confirmée.", "Envoyer l’attestation d’heures"),
    ("step", "Permis de conduire obtenu.", ""),
)  # fmt: skip

OBJECTIVES = (
    "Obtenir une qualification de maçon\u202f; passer le permis B.",
    "Reprendre un rythme de travail\u202f; viser un CDI dans le nettoyage.",
    "Découvrir les métiers du second œuvre et choisir une formation.",
    "Consolider l’expérience en espaces verts\u202f; préparer un CACES.",
)

JOB_TRAININGS = ("Gestes et postures", "CACES R482 A", "Habilitation électrique B0", "Sauveteur secouriste du travail")

SITUATIONS: tuple[tuple[str, int | None], ...] = (
    ("cdi", 0), ("cdd", 8), ("cdd", 3), ("job_search", None), ("interim", 2), ("training", None), ("cdd", 6),
    ("job_search", None), ("siae", 7), ("business_creation", None), ("interim", 9),
)  # fmt: skip
"""Situations after the exit, with the length of the job in months (0: without end)."""
