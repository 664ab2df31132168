"""The index of all documents: existing paths, anchors, navigation, redirects, entities. It answers, it reports nothing."""

from kbcheck.knowledge.base import KnowledgeBase, is_habit
from kbcheck.knowledge.model import Entity, Model, Relation
from kbcheck.knowledge.resolver import Resolution, Status

__all__ = ["Entity", "KnowledgeBase", "Model", "Relation", "Resolution", "Status", "is_habit"]
