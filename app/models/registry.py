"""Imports every table, so that the metadata is whole: for migrations, capture and checks."""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from app.models import (
    attachments,
    beneficiaries,
    documents,
    exits,
    hours,
    imports,
    merges,
    network,
    offers,
    operations,
    privacy,
    sync,
    visits,
)
from app.models.base import Record, synchronised_models

MODULES = (
    network,
    operations,
    beneficiaries,
    merges,
    exits,
    hours,
    imports,
    visits,
    attachments,
    documents,
    offers,
    privacy,
    sync,
)


def metadata() -> MetaData:
    """Metadata of all synchronised tables."""
    return SQLModel.metadata


def models() -> list[type[Record]]:
    """All synchronised table classes, parents first."""
    return synchronised_models()


def model_of(kind: str) -> type[Record]:
    """The table class of a kind; ``KeyError`` when there is none."""
    return {str(model.__tablename__): model for model in models()}[kind]
