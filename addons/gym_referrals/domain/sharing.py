"""Which values people share, and what that says: a card that two people use a lot, the gym's own network nothing.

A value counts its *circles*: the groups of people, tied by referrals, among whom it is found. Twelve accounts that one
member brought and that use one phone are one circle; sixty people of an office are sixty.
"""

from collections import defaultdict

from . import identity

STRONG = ("phone", "email", "card", "device")
WEAK = ("ip", "address")
# In how many circles a value may be found and still tie people into one group
TYING_CIRCLES = {"phone": 5, "email": 5, "card": 5, "device": 5, "ip": 2, "address": 3}
# Ties that one value makes for one person, so that a value of thousands costs no more than its people
MOST_TIES = 30


class Groups:
    """Union-find over anything that can be a key."""

    def __init__(self):
        self._parents = {}

    def find(self, item):
        """The one that stands for the group of an item."""
        root = item
        while (parent := self._parents.get(root, root)) != root:
            root = parent
        while item != root:
            self._parents[item], item = root, self._parents.get(item, root)
        return root

    def join(self, items):
        """Put the items into one group."""
        first, *others = items
        for other in others:
            self._parents[self.find(other)] = self.find(first)


class Sharing:
    """The values of all people, and who else has them.

    :param dict people: values by kind, by person
    :param pairs: referrer and friend of each referral
    :param relations: groups of people who declared a common household or payer
    """

    def __init__(self, people, pairs, relations=()):
        self.people = people
        self._circles = Groups()
        for pair in pairs:
            self._circles.join(pair)
        self._relations, self._groups_of = Groups(), defaultdict(set)
        for number, group in enumerate(relations):
            self._relations.join(group)
            for person in group:
                self._groups_of[person].add(number)
        self.holders = defaultdict(list)
        for person, values in people.items():
            for kind, value in values.items():
                self.holders[kind, value].append(person)
        self._counts, self._chances = {}, {}

    def is_declared(self, one, other):
        """Whether the two said that they are of one household, or that one payer pays for both."""
        return not self._groups_of.get(one, set()).isdisjoint(self._groups_of.get(other, ()))

    def circles(self, kind, value):
        """In how many circles of people, who have nothing to do with each other, a value is found."""
        if (kind, value) not in self._counts:
            found = {self._circles.find(self._relations.find(person)) for person in self.holders[kind, value]}
            self._counts[kind, value] = len(found)
        return self._counts[kind, value]

    def commonness(self, kind, value):
        """From 0, found in one circle only, to nearly 1, found in many: how easily strangers have it by chance."""
        circles = self.circles(kind, value)
        return (1 - 1 / circles) ** 2

    def between(self, one, other):
        """By kind that both have: how common the shared value is (see :meth:`commonness`), or None when they differ.

        :return: that, and the set of kinds whose values are not the same but alike, which count as shared
        """
        mine, theirs, shared, alike = self.people[one], self.people[other], {}, set()
        for kind in mine.keys() & theirs.keys():
            values, shared[kind] = {mine[kind], theirs[kind]}, None
            if len(values) > 1 and identity.is_alike(kind, *values):
                alike.add(kind)
            if len(values) == 1 or kind in alike:
                shared[kind] = max(self.commonness(kind, value) for value in values)
        return shared, alike

    def ties(self, members):
        """Who among some people is tied to whom by a rare value.

        :return: dict of person to dict of other to the set of kinds that they share, both ways
        """
        members, ties = set(members), defaultdict(lambda: defaultdict(set))
        for (kind, value), holders in self.holders.items():
            among = [person for person in holders if person in members]
            if len(among) > 1 and self.circles(kind, value) <= TYING_CIRCLES.get(kind, 0):
                self._tie(ties, kind, among)
        return ties

    def _tie(self, ties, kind, people):
        for place, one in enumerate(people):
            for other in people[place + 1 : place + 1 + MOST_TIES]:
                if not self.is_declared(one, other):
                    ties[one][other].add(kind)
                    ties[other][one].add(kind)

    def chance_of_tie(self, kind):
        """The share of people who have a value of a kind that is found, by chance, in another circle as well."""
        if kind not in self._chances:
            found = [(len(holders), self.circles(*key)) for key, holders in self.holders.items() if key[0] == kind]
            tied = sum(count for count, circles in found if 1 < circles <= TYING_CIRCLES[kind])
            self._chances[kind] = tied / max(1, sum(count for count, _circles in found))
        return self._chances[kind]
