"""The sentences of an import: for each code of the domain a reason and what to do about it."""

from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

FILE_REASONS = {
    "file_too_big": _lt(
        "The file has %(size_mb)s MB and the limit is %(limit_mb)s MB. Save it as XLSX without pictures, or split it."
    ),
    "file_too_big_unpacked": _lt(
        "The workbook would unpack to more than %(limit_mb)s MB. Keep only the sheet with the members."
    ),
    "file_too_much_text": _lt(
        "The sheet has more than %(cells)s filled cells or %(limit_mb)s million letters. Keep only the columns that "
        "describe the members, or split it."
    ),
    "file_too_heavy": _lt(
        "Reading the file takes more than %(seconds)s seconds or %(memory_mb)s MB of memory. Copy the members into a "
        "new workbook, as values only, or save the sheet as CSV."
    ),
    "file_empty": _lt("The file is empty. Export it again and check that it opens in your spreadsheet program."),
    "file_without_rows": _lt("The file has headers but no rows below them. Export it again with its members."),
    "file_too_many_rows": _lt("The file has more than %(limit)s rows. Split it and import the parts one by one."),
    "file_old_excel": _lt("This is an old Excel file (.xls). Open it and save it as .xlsx or CSV."),
    "file_protected": _lt("This workbook is protected by a password. Save a copy without it and use the copy."),
    "file_web_page": _lt("This is a web page or XML saved as a spreadsheet. Open it and save it as .xlsx or CSV."),
    "file_open_document": _lt("This is an OpenDocument file. Open it and save it as .xlsx or CSV."),
    "file_broken_xlsx": _lt("The workbook is damaged or protected. Open it, save a copy as .xlsx and use the copy."),
    "file_broken_csv": _lt("The CSV cannot be read from line %(line)s on. Look for a quote that is never closed."),
    "file_binary": _lt("This is neither CSV nor XLSX. Save your list as one of them."),
}

REASONS = {
    "not_a_person": (
        _lt("“%(observed)s”: a total, a group or a page's head or foot, no person; it stays out."),
        _lt("Nothing to do."),
    ),
    "name_formula": (
        _lt("A spreadsheet would take this name for a formula."),
        _lt("Write it without the sign that it begins with."),
    ),
    "text_repaired": (
        _lt("Broken letters were repaired: %(text)s."),
        _lt("Check it; export the file as UTF-8 to avoid this."),
    ),
    "date_placeholder": (
        _lt("This day stands for having no date; it is left out."),
        _lt("Ask the member if it matters."),
    ),
    "name_missing": (_lt("There is no name."), _lt("Fill it in, or delete the row.")),
    "date_unreadable": (
        _lt("This is no date; it is left out."),
        _lt("Write it as day/month/year, for example 25/12/1990."),
    ),
    "leaving_unreadable": (
        _lt("This is no date: whether and when the member left is not known, and no subscription begins."),
        _lt("Write it as day/month/year, for example 25/12/1990, or leave it empty if the member is here."),
    ),
    "date_implausible": (_lt("This year cannot be right; the date is left out."), _lt("Check the year.")),
    "date_impossible": (
        _lt("There is no such day in the calendar; it is left out."),
        _lt("Correct it, or check which comes first in the file, day or month."),
    ),
    "birthdate_impossible": (
        _lt("No member can be born on that date; it is left out."),
        _lt("Check the year."),
    ),
    "email_invalid": (
        _lt("This is no e-mail address; it is left out."),
        _lt("Correct it here or later on the member."),
    ),
    "email_placeholder": (
        _lt("This address stands for having none; it is left out."),
        _lt("Ask the member for their e-mail."),
    ),
    "phone_invalid": (
        _lt("This is no complete phone number; it is left out."),
        _lt("Mexican numbers have ten digits; others begin with + and their country's code."),
    ),
    "code_rounded": (
        _lt("The spreadsheet has rounded this number: it identifies nobody and is left out."),
        _lt("Format the column as text and export it again."),
    ),
    "id_shared": (
        _lt("Several people of the file have this id: it identifies none of them and is left out."),
        _lt("Nothing to do if it is a family's number; else correct it."),
    ),
    "phone_shortened": (
        _lt("Only %(taken)s is taken; the rest of the cell is left out."),
        _lt("Write the rest into the notes if it matters."),
    ),
    "email_shortened": (
        _lt("Only %(taken)s is taken; the rest of the cell is left out."),
        _lt("Write the rest into the notes if it matters."),
    ),
    "phone_other_left_out": (
        _lt("A member has one phone, and the row has a mobile: this one is left out."),
        _lt("Import its column as notes if it matters."),
    ),
    "rfc_invalid": (
        _lt("This RFC cannot exist; it is left out."),
        _lt("Copy it from the Constancia de Situación Fiscal."),
    ),
    "curp_invalid": (_lt("This CURP cannot exist; it is left out."), _lt("Copy it from the CURP certificate.")),
    "curp_birthdate_differ": (
        _lt("The CURP belongs to another birth date than %(birthdate)s."),
        _lt("Check both; the file's dates may have day and month exchanged."),
    ),
    "amount_invalid": (
        _lt("This is no amount in pesos, or may be read in two ways; it is left out."),
        _lt("Write it as 1234.50."),
    ),
    "number_not_whole": (_lt("This is no whole number; it is left out."), _lt("Write it without decimals.")),
    "boolean_unknown": (_lt("This is neither yes nor no; it is left out."), _lt("Write yes or no.")),
    "gender_ambiguous": (
        _lt("M may mean mujer or male; it is left out."),
        _lt("Write female or male."),
    ),
    "gender_unknown": (_lt("This gender is not known; it is left out."), _lt("Write female, male or other.")),
    "status_unknown": (
        _lt("This status is not known; the dates alone decide."),
        _lt("Choose its meaning under “Statuses” and check again."),
    ),
    "left_before_joined": (
        _lt("The member left before joining on %(joined)s; the leaving date is left out."),
        _lt("Correct one of the dates."),
    ),
    "joins_later": (_lt("The joining date lies ahead."), _lt("Check that day and month are not exchanged.")),
    "leaves_later": (
        _lt("The member leaves on a day to come: they stay a member until then."),
        _lt("Note it on their membership."),
    ),
    "left_unknown": (_lt("No leaving date: %(day)s is taken."), _lt("Add the date to the file if it matters.")),
    "joined_unknown": (_lt("No joining date: %(day)s is taken."), _lt("Add the date to the file if it matters.")),
    "left_unclear": (
        _lt("This may say that the member left: no subscription begins."),
        _lt("Empty it if the member is here, or do not import the column."),
    ),
    "section_left": (
        _lt("It stands under “%(title)s”: that they are still a member is not sure, and no subscription begins."),
        _lt("Add a column with the status of each one, or import the list of the members."),
    ),
    "left_or_active": (
        _lt("One column says that the member left, the status that they are here: no subscription begins."),
        _lt("Correct one of the two."),
    ),
    "left_but_active": (
        _lt("The status says that the member is here, the leaving date (%(left)s) that they left; the status holds."),
        _lt("Correct one of the two if that is wrong."),
    ),
    "paused": (
        _lt("The membership was paused in the old system; the member comes in, the pause does not."),
        _lt("Pause the membership before the first bill."),
    ),
    "minor_without_guardian": (
        _lt("The member is under age and the row names no guardian."),
        _lt("Add guardian_name or guardian_email, or set the guardian on the member."),
    ),
    "no_contact": (_lt("There is neither e-mail nor phone."), _lt("Ask the member; nobody can be reached like this.")),
    "guardian_unknown": (
        _lt("Nobody with this address is in the file or among your members."),
        _lt("Add guardian_name to make a contact, or set the guardian on the member."),
    ),
    "guardian_several": (
        _lt("Several people have this address."),
        _lt("Set guardian and payer on the member."),
    ),
    "payer_unknown": (_lt("The payer is neither in the file nor among your members."), _lt("Set it on the member.")),
    "branch_unknown": (
        _lt("You have no branch of this name. Yours are: %(branches)s."),
        _lt("Write the name or code of a branch, or do not import this column: all go to the branch you chose."),
    ),
    "state_unknown": (_lt("This state is not known; it is left out."), _lt("Write it in full.")),
    "known_elsewhere": (
        _lt("This person was already imported into a branch that you do not see."),
        _lt("Ask an owner to import this row."),
    ),
    "person_blocked": (
        _lt("This person had their data cancelled and blocked."),
        _lt("Delete the row; if they join again, unblock the member first."),
    ),
    "several_people": (
        _lt("These members may be the same person: %(people)s."),
        _lt("Merge them if they are, then check again."),
    ),
    "repeated": (_lt("The same person as line %(other)s."), _lt("Nothing to do, unless they are two people.")),
    "up_to_date": (_lt("The member already has all of this."), _lt("Nothing to do.")),
    "existing_left_alone": (_lt("Already a member, and existing members stay as they are."), _lt("Nothing to do.")),
    "changed_since_check": (
        _lt("Somebody changed or added this member after the check."),
        _lt("Check the file again and run it: what is done stays done."),
    ),
    "row_refused": (_lt("The row could not be saved: %(reason)s"), _lt("Correct it and import the file again.")),
    "undo_in_use": (
        _lt("Kept, because it is already used in: %(where)s."),
        _lt("Archive the member, or remove those first."),
    ),
    "undo_merged": (
        _lt("Kept, because it was merged into another member after the import."),
        _lt("Correct that member if need be."),
    ),
    "undo_changed": (
        _lt("Not restored, because it was changed after the import: %(fields)s."),
        _lt("Correct it on the member if need be."),
    ),
    "undo_refused": (_lt("Could not be undone: %(reason)s"), _lt("Archive the member.")),
}


def explain(env, issue):
    """Return where (line excepted), why and what to do about an issue, three texts in the user's language.

    :param dict issue: as made by ``Issue.to_dict``
    """
    reason, remedy = REASONS[issue["code"]]
    where = ""
    if issue["column"]:
        where = env._("%(column)s “%(observed)s”:", column=issue["column"], observed=issue["observed"])
    return where, env._(reason) % issue["params"], env._(remedy)  # pylint: disable=gettext-variable


def file_error(env, error):
    """Return the UserError that tells a person why a file cannot be read."""
    return UserError(env._(FILE_REASONS[error.code]) % error.params)  # pylint: disable=gettext-variable
