def without_defaults(records, names):
    """Return ``records`` with a context that gives no default to the fields ``names``.

    Who calls a method from outside chooses the context: a check of the values alone lets ``default_<field>`` through.
    """
    keys = {f"default_{name}" for name in names} & records.env.context.keys()
    if not keys:
        return records
    context = {key: value for key, value in records.env.context.items() if key not in keys}
    return records.with_env(records.env(context=context))
