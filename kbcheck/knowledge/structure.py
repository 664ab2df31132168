"""What the model of a base has, lacks and contradicts: the questions that the rules on structure ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from kbcheck.config import KindSettings
from kbcheck.documents.facts import Document, Link
from kbcheck.knowledge.model import Model
from kbcheck.knowledge.references import References
from kbcheck.platforms.platform import Navigation

if TYPE_CHECKING:
    from kbcheck.knowledge.coverage import Coverage
    from kbcheck.knowledge.descriptions import Descriptions
    from kbcheck.knowledge.former_names import FormerNames
    from kbcheck.knowledge.habits import Habits
    from kbcheck.knowledge.lists import Lists
    from kbcheck.knowledge.naming import Naming
    from kbcheck.knowledge.numbering import Numbering


class Structure:
    """Read-only. Each part is imported and worked out when it is first asked for: a run for links alone pays for none."""

    def __init__(
        self,
        model: Model,
        kinds: Mapping[str, KindSettings],
        references: References,
        documents: Mapping[str, Document],
        navigation: Navigation | None,
        listed: Mapping[str, Iterable[Link]],
    ) -> None:
        """`kinds` are the settings by kind of entity; `listed` the entries of the navigation that name each page."""
        self._model = model
        self._kinds = kinds
        self._references = references
        self._documents = documents
        self._navigation = navigation
        self._listed = listed

    @cached_property
    def coverage(self) -> Coverage:
        """What covers the entities, and what should."""
        from kbcheck.knowledge.coverage import Coverage

        return Coverage(self._model, self._kinds, self._references, self.lists.reworded)

    @cached_property
    def habits(self) -> Habits:
        """What the base usually says of its entities."""
        from kbcheck.knowledge.habits import Habits

        return Habits(self._model, self.coverage)

    @cached_property
    def naming(self) -> Naming:
        """The names of the entities, compared with each other."""
        from kbcheck.knowledge.naming import Naming

        return Naming(self._model, self._kinds, self._documents)

    @cached_property
    def former_names(self) -> FormerNames:
        """The names that the base has given up, and where they still stand."""
        from kbcheck.knowledge.former_names import FormerNames

        return FormerNames(self._model, self._kinds)

    @cached_property
    def numbering(self) -> Numbering:
        """The numbers of lists and of front matter."""
        from kbcheck.knowledge.numbering import Numbering

        return Numbering(self._model, self._kinds)

    @cached_property
    def lists(self) -> Lists:
        """The lists of entities, compared with each other and with the navigation."""
        from kbcheck.knowledge.lists import Lists, listed

        return Lists(self._model, self._kinds, listed(self._model, self._navigation, self._listed))

    @cached_property
    def descriptions(self) -> Descriptions:
        """The pages that describe entities: their titles and sections."""
        from kbcheck.knowledge.descriptions import Descriptions

        return Descriptions(self._model, self._kinds, self._documents)
