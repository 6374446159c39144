"""Give the demo gym a turnstile: a gate at one branch, and cards of members who may and may not enter."""

import json
from pathlib import Path

NAME = "Torniquete de demostración"
LOOKED_AT = 80  # members of the branch
SHOWN = 8
UNIMPORTANT = {"photo_missing", "birthday", "already_inside"}
TEXTS = {
    "title": "Torniquete de demostración",
    "help": "Acerque el código de alguien. Quien no puede pasar ve solo «Pase a recepción»; aquí se muestra también el "
    "motivo, que en el gimnasio ve recepción. Para cobrar entre a Odoo como recepcion, abra Acceso > Check-in, busque "
    "a la persona, cobre, y vuelva a acercar su código: el torniquete abre en segundos.",
    "button": "Acercar código",
    "opened": "El torniquete está abierto",
    "closed": "El torniquete está cerrado",
    "desk": "Página de recepción sin internet",
}


def main(env, address, file):
    """Make what is missing, pair the gate anew, and write what the emulated turnstile needs into ``file``.

    :param str address: of the emulated relay
    """
    location = _find_branch(env)
    gate = env["gym.gate"].search([("name", "=", NAME)], limit=1) or env["gym.gate"].create(
        {"name": NAME, "location_id": location.id}
    )
    gate.point_ids.unlink()
    door = {"name": "Torniquete", "kind": "shelly", "address": address, "open_seconds": 4}
    gate.write({"point_ids": [(0, 0, door)]})
    code = env["gym.gate.pairing"].browse(gate.action_pair()["res_id"]).code
    people = [_as_person(env, member, decision) for member, decision in _choose(env, location)]
    env.cr.commit()
    Path(file).write_text(json.dumps({"texts": TEXTS, "code": code, "people": people}))


def _find_branch(env):
    branches = env["gym.location"].search([("kind", "=", "branch")])
    return branches.filtered(lambda one: one.code == "ROMA")[:1] or branches[:1]


def _choose(env, location):
    """Return pairs of a member and the decision about them: one for each way in which things stand, photos aside."""
    stages = env["gym.member"]._get_current_stages()
    members = env["gym.member"].search([("location_id", "=", location.id), ("stage", "in", stages)], limit=LOOKED_AT)
    late = env["gym.member"].search([("location_id", "=", location.id), ("stage", "=", "past_due")], limit=LOOKED_AT)
    decisions = (members | late)._decide_access(location)
    chosen, seen = [], []
    for member in late | members:
        kind = {one.code for one in decisions[member.id].reasons} - UNIMPORTANT
        if kind not in seen:
            seen.append(kind)
            chosen.append((member, decisions[member.id]))
    return sorted(chosen, key=lambda pair: not pair[1].lets_in)[:SHOWN]


def _as_person(env, member, decision):
    card = env["gym.access.card"].search([("member_id", "=", member.id)], limit=1)
    card = card or env["gym.access.card"].create({"member_id": member.id})
    texts = env["gym.access.text"].with_context(lang="es_MX")
    said = [texts._say(one, location=member.location_id)["reason"] for one in decision.reasons]
    return {"name": member.name, "code": card._make_code(), "hint": " ".join(said)}
