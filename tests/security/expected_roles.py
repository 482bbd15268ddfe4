"""Who may call which route: written by hand from DOMAIN §3 and §5 to §10, not from the code.

What a role sees or changes behind its routes, the rooms' own tests show.
"""

from app.kernel.roles import Role

R = Role

PUBLIC = frozenset({R.PUBLIC})
SIGNED_IN = frozenset(Role) - {R.WORKER, R.PUBLIC, R.SYSTEM}
MANAGER = {R.SCHEME_MANAGER}
INTEGRITY = {R.INTEGRITY_OFFICER}
APPLICATION_REVIEWER = {R.APPLICATION_REVIEWER}
PROGRAMME = {R.PROGRAMME_MANAGER}
LEAD = {R.LEAD_AUDITOR}
AUDITOR = {R.LEAD_AUDITOR, R.AUDITOR}
TEAM = AUDITOR | {R.TECHNICAL_EXPERT}
REVIEWER = {R.REVIEWER}
RECRUITER = {R.RECRUITER_ADMIN, R.RECRUITER_STAFF}
OWN_ORGANISATION = MANAGER | PROGRAMME | {R.RECRUITER_ADMIN}
INVITES = OWN_ORGANISATION | {R.EMPLOYER}
CASE = (
    MANAGER
    | {R.INTEGRITY_OFFICER, R.APPEAL_PANEL, R.DECISION_MAKER}
    | APPLICATION_REVIEWER
    | PROGRAMME
    | TEAM
    | REVIEWER
    | RECRUITER
)
"""Whoever may see some case: everybody but employers, observers and complaint handlers."""

CHARGES = RECRUITER | TEAM | MANAGER | INTEGRITY
"""Whoever may judge the charges of some recruiter (DOMAIN §8)."""

RELY_ON_CHECKS = CHARGES | PROGRAMME | REVIEWER | {R.DECISION_MAKER}

MUST_BE_INDEPENDENT = (
    MANAGER
    | INTEGRITY
    | APPLICATION_REVIEWER
    | PROGRAMME
    | TEAM
    | REVIEWER
    | {R.DECISION_MAKER, R.APPEAL_PANEL, R.COMPLAINT_HANDLER}
)
"""Everybody of the scheme and of audit companies."""

DOCUMENTATION = {"/problems", "/problems/{slug}"}

EXPECTED: dict[tuple[str, str], set[Role] | frozenset[Role]] = {
    ("GET", "/docs"): PUBLIC,
    ("GET", "/livez"): PUBLIC,
    ("GET", "/openapi.json"): PUBLIC,
    ("GET", "/readyz"): PUBLIC,
    ("POST", "/v1/oauth/token"): PUBLIC,
    ("GET", "/v1/me"): SIGNED_IN,
    ("GET", "/v1/me/tasks"): SIGNED_IN,
    # Who signed it reads a first signature and takes it back; for others there is none.
    ("GET", "/v1/approvals/{approval_id}"): SIGNED_IN,
    ("POST", "/v1/approvals/{approval_id}/withdraw"): SIGNED_IN,
    # Access: the scheme manager runs it; nobody else grants anything.
    ("GET", "/v1/organisations"): OWN_ORGANISATION,
    ("POST", "/v1/organisations"): MANAGER,
    ("GET", "/v1/organisations/{organisation_id}"): OWN_ORGANISATION,
    ("GET", "/v1/people"): OWN_ORGANISATION,
    ("POST", "/v1/people"): MANAGER,
    ("GET", "/v1/people/{person_id}"): OWN_ORGANISATION,
    ("POST", "/v1/role-grants"): MANAGER,
    ("GET", "/v1/role-grants/{grant_id}"): OWN_ORGANISATION,
    ("POST", "/v1/role-grants/{grant_id}/end"): MANAGER,
    ("POST", "/v1/organisations/{organisation_id}/close"): MANAGER,
    ("POST", "/v1/organisations/{organisation_id}/reopen"): MANAGER,
    ("POST", "/v1/people/{person_id}/lock"): MANAGER,
    ("POST", "/v1/people/{person_id}/unlock"): MANAGER,
    # People enter by invitation of their own organisation's administrator (DOMAIN §3).
    ("GET", "/v1/invitations"): INVITES,
    ("POST", "/v1/invitations"): INVITES,
    ("GET", "/v1/invitations/{invitation_id}"): INVITES,
    ("POST", "/v1/invitations/{invitation_id}/withdraw"): INVITES,
    ("POST", "/v1/invitations/accept"): PUBLIC,
    ("POST", "/v1/people/{person_id}/leave"): INVITES,
    ("POST", "/v1/employers"): PUBLIC,
    # Who signs in shows a password, who refreshes a token; then everybody minds their own.
    ("POST", "/v1/sessions"): PUBLIC,
    ("POST", "/v1/sessions/refresh"): PUBLIC,
    ("GET", "/v1/sessions"): SIGNED_IN,
    ("POST", "/v1/sessions/current/end"): SIGNED_IN,
    ("POST", "/v1/sessions/{session_id}/end"): SIGNED_IN,
    ("POST", "/v1/me/password"): SIGNED_IN,
    ("GET", "/v1/api-keys"): SIGNED_IN,
    ("POST", "/v1/api-keys"): SIGNED_IN,
    ("GET", "/v1/api-keys/{key_id}"): SIGNED_IN,
    ("POST", "/v1/api-keys/{key_id}/revoke"): SIGNED_IN,
    ("POST", "/v1/api-keys/revoke-leaked"): PUBLIC,
    # Everybody has their own clients; whose they see and end is shown beside the rooms' tests.
    ("GET", "/v1/clients"): SIGNED_IN,
    ("POST", "/v1/clients"): SIGNED_IN,
    ("POST", "/v1/clients/{client_id}/revoke"): SIGNED_IN,
    # Recruiters and the governments' registers: facts about licences are nobody's secret.
    ("GET", "/v1/recruiters"): SIGNED_IN,
    ("POST", "/v1/recruiters"): MANAGER | {R.RECRUITER_ADMIN},
    ("GET", "/v1/recruiters/{recruiter_id}"): SIGNED_IN,
    ("POST", "/v1/recruiters/{recruiter_id}/rename"): MANAGER,
    ("POST", "/v1/recruiters/{recruiter_id}/merge"): MANAGER,
    # What a recruiter states it states itself, or the scheme for it; its people, whom it placed
    # and look-alikes are not for everybody (DOMAIN §6, §12).
    ("GET", "/v1/recruiters/{recruiter_id}/profile"): SIGNED_IN,
    ("PUT", "/v1/recruiters/{recruiter_id}/profile"): MANAGER | RECRUITER,
    ("GET", "/v1/recruiters/{recruiter_id}/officers"): MANAGER
    | APPLICATION_REVIEWER
    | RECRUITER
    | {R.INTEGRITY_OFFICER},
    ("PUT", "/v1/recruiters/{recruiter_id}/officers"): MANAGER | RECRUITER,
    ("GET", "/v1/recruiters/{recruiter_id}/licences"): SIGNED_IN,
    ("POST", "/v1/recruiters/{recruiter_id}/licences"): MANAGER | RECRUITER,
    ("GET", "/v1/recruiters/{recruiter_id}/partners"): SIGNED_IN,
    ("POST", "/v1/recruiters/{recruiter_id}/partners"): MANAGER | RECRUITER,
    ("POST", "/v1/recruiters/{recruiter_id}/partners/{partner_id}/end"): MANAGER | RECRUITER,
    ("GET", "/v1/recruiters/{recruiter_id}/placements"): MANAGER | TEAM | RECRUITER,
    ("POST", "/v1/recruiters/{recruiter_id}/placements"): RECRUITER,
    ("GET", "/v1/look-alikes"): MANAGER | APPLICATION_REVIEWER | {R.INTEGRITY_OFFICER},
    ("GET", "/v1/look-alikes/{look_alike_id}"): MANAGER
    | APPLICATION_REVIEWER
    | {R.INTEGRITY_OFFICER},
    ("POST", "/v1/look-alikes/{look_alike_id}/confirm"): MANAGER | APPLICATION_REVIEWER,
    ("POST", "/v1/look-alikes/{look_alike_id}/dismiss"): MANAGER | APPLICATION_REVIEWER,
    ("POST", "/v1/look-alikes/{look_alike_id}/clear"): {R.INTEGRITY_OFFICER},
    ("GET", "/v1/register"): SIGNED_IN,
    # The scheme's rules: what is published anyone may read; the scheme manager drafts, and the
    # integrity officer may be the second to sign a publication.
    ("GET", "/v1/standards"): PUBLIC,
    ("POST", "/v1/standards"): MANAGER,
    ("GET", "/v1/standards/{code}"): PUBLIC,
    ("GET", "/v1/standards/{code}/diff"): PUBLIC,
    ("POST", "/v1/standards/{code}/edit"): MANAGER,
    ("POST", "/v1/standards/{code}/publish"): MANAGER | INTEGRITY,
    ("POST", "/v1/standards/{code}/discard"): MANAGER,
    ("GET", "/v1/policies"): PUBLIC,
    ("POST", "/v1/policies"): MANAGER,
    ("GET", "/v1/policies/{version}"): PUBLIC,
    ("GET", "/v1/policies/{version}/diff"): PUBLIC,
    ("POST", "/v1/policies/{version}/edit"): MANAGER,
    ("POST", "/v1/policies/{version}/publish"): MANAGER | INTEGRITY,
    ("POST", "/v1/policies/{version}/discard"): MANAGER,
    ("POST", "/v1/policies/{version}/simulate"): MANAGER | INTEGRITY,
    ("GET", "/v1/rules"): PUBLIC,
    ("POST", "/v1/rules"): MANAGER,
    ("GET", "/v1/rules/{version}"): PUBLIC,
    ("GET", "/v1/rules/{version}/diff"): PUBLIC,
    ("POST", "/v1/rules/{version}/edit"): MANAGER,
    ("POST", "/v1/rules/{version}/publish"): MANAGER | INTEGRITY,
    ("POST", "/v1/rules/{version}/discard"): MANAGER,
    ("GET", "/v1/tollings"): PUBLIC,
    ("POST", "/v1/tollings"): MANAGER,
    ("GET", "/v1/tollings/{tolling_id}"): PUBLIC,
    ("POST", "/v1/tollings/{tolling_id}/end"): MANAGER,
    # Audit companies and auditors, DOMAIN §5a. Approved companies are public.
    ("GET", "/v1/approved-audit-companies"): PUBLIC,
    ("GET", "/v1/audit-companies"): MANAGER | INTEGRITY | PROGRAMME,
    ("POST", "/v1/audit-companies"): PROGRAMME,
    ("GET", "/v1/audit-companies/{company_id}"): MANAGER | INTEGRITY | PROGRAMME,
    ("POST", "/v1/audit-companies/{company_id}/approve"): MANAGER,
    ("POST", "/v1/audit-companies/{company_id}/refuse"): MANAGER,
    ("POST", "/v1/audit-companies/{company_id}/warn"): INTEGRITY,
    ("POST", "/v1/audit-companies/{company_id}/clear"): INTEGRITY,
    ("POST", "/v1/audit-companies/{company_id}/suspend"): INTEGRITY,
    ("POST", "/v1/audit-companies/{company_id}/reinstate"): INTEGRITY,
    ("POST", "/v1/audit-companies/{company_id}/withdraw"): INTEGRITY,
    ("GET", "/v1/auditors"): MUST_BE_INDEPENDENT,
    ("POST", "/v1/auditors"): MANAGER,
    ("GET", "/v1/auditors/{auditor_id}"): MUST_BE_INDEPENDENT,
    ("POST", "/v1/auditors/{auditor_id}/train"): MANAGER,
    ("POST", "/v1/auditors/{auditor_id}/examine"): MANAGER,
    ("POST", "/v1/auditors/{auditor_id}/witness"): MANAGER,
    ("POST", "/v1/auditors/{auditor_id}/approve"): MANAGER,
    ("POST", "/v1/auditors/{auditor_id}/suspend"): INTEGRITY,
    ("POST", "/v1/auditors/{auditor_id}/reinstate"): INTEGRITY,
    ("POST", "/v1/auditors/{auditor_id}/withdraw"): INTEGRITY,
    ("POST", "/v1/auditors/{auditor_id}/qualifications"): MANAGER | PROGRAMME,
    ("POST", "/v1/auditors/{auditor_id}/audits"): MANAGER | PROGRAMME,
    ("POST", "/v1/auditors/{auditor_id}/audits/{record_id}/strike"): MANAGER,
    # Conflicts: whoever must be independent declares; officers record and end (§3, §5a).
    ("GET", "/v1/conflicts"): MUST_BE_INDEPENDENT,
    ("POST", "/v1/conflicts"): MUST_BE_INDEPENDENT,
    ("GET", "/v1/conflicts/{conflict_id}"): MUST_BE_INDEPENDENT,
    ("POST", "/v1/conflicts/{conflict_id}/end"): MANAGER | INTEGRITY,
    ("GET", "/v1/declarations"): MUST_BE_INDEPENDENT,
    ("POST", "/v1/declarations"): MUST_BE_INDEPENDENT,
    # Applications, DOMAIN §5.
    ("GET", "/v1/applications"): CASE,
    ("POST", "/v1/applications"): RECRUITER,
    ("GET", "/v1/applications/{application_id}"): CASE,
    ("PATCH", "/v1/applications/{application_id}"): RECRUITER,
    ("GET", "/v1/applications/{application_id}/self-assessment"): CASE,
    ("PUT", "/v1/applications/{application_id}/self-assessment"): RECRUITER,
    ("PATCH", "/v1/applications/{application_id}/self-assessment"): RECRUITER,
    ("GET", "/v1/applications/{application_id}/agreement"): CASE,
    ("GET", "/v1/applications/{application_id}/workbook"): CASE,
    ("POST", "/v1/applications/{application_id}/workbook"): RECRUITER,
    ("GET", "/v1/applications/{application_id}/documents"): CASE,
    ("POST", "/v1/applications/{application_id}/documents"): RECRUITER,
    ("GET", "/v1/applications/{application_id}/documents/{document_id}"): CASE,
    ("GET", "/v1/applications/{application_id}/documents/{document_id}/content"): CASE,
    ("POST", "/v1/applications/{application_id}/submit"): RECRUITER,
    ("POST", "/v1/applications/{application_id}/payments"): MANAGER,
    ("POST", "/v1/applications/{application_id}/clear_payment"): MANAGER,
    ("POST", "/v1/applications/{application_id}/defer"): APPLICATION_REVIEWER,
    ("POST", "/v1/applications/{application_id}/items/{item_id}/answer"): RECRUITER,
    ("POST", "/v1/applications/{application_id}/resume"): RECRUITER,
    ("POST", "/v1/applications/{application_id}/reject"): APPLICATION_REVIEWER,
    ("POST", "/v1/applications/{application_id}/accept"): APPLICATION_REVIEWER,
    ("POST", "/v1/applications/{application_id}/contract"): PROGRAMME | {R.RECRUITER_ADMIN},
    ("POST", "/v1/applications/{application_id}/withdraw"): RECRUITER,
    # Audits, DOMAIN §6.
    ("GET", "/v1/audits"): CASE,
    ("POST", "/v1/audits"): PROGRAMME,
    ("GET", "/v1/audits/{audit_id}"): CASE,
    ("POST", "/v1/audits/{audit_id}/propose_team"): PROGRAMME,
    ("POST", "/v1/audits/{audit_id}/team/check"): PROGRAMME,
    ("POST", "/v1/audits/{audit_id}/object"): RECRUITER,
    ("POST", "/v1/audits/{audit_id}/confirm"): LEAD,
    ("POST", "/v1/audits/{audit_id}/postpone"): PROGRAMME,
    ("POST", "/v1/audits/{audit_id}/open"): LEAD,
    ("POST", "/v1/audits/{audit_id}/abort"): LEAD,
    ("GET", "/v1/audits/{audit_id}/answers"): CASE,
    ("PUT", "/v1/audits/{audit_id}/answers"): TEAM,
    ("POST", "/v1/audits/{audit_id}/close_fieldwork"): LEAD,
    ("POST", "/v1/audits/{audit_id}/release_draft"): LEAD,
    ("GET", "/v1/audits/{audit_id}/comments"): CASE,
    ("POST", "/v1/audits/{audit_id}/comments"): RECRUITER,
    ("POST", "/v1/audits/{audit_id}/comments/{comment_id}/answer"): LEAD,
    ("GET", "/v1/audits/{audit_id}/reports"): CASE,
    ("POST", "/v1/audits/{audit_id}/submit_report"): LEAD,
    ("POST", "/v1/audits/{audit_id}/return"): REVIEWER,
    ("POST", "/v1/audits/{audit_id}/pass_review"): REVIEWER,
    ("POST", "/v1/audits/{audit_id}/close"): REVIEWER,
    ("POST", "/v1/audits/{audit_id}/cancel"): PROGRAMME,
    # Whoever evaluated may knock, and is told why not (DOMAIN §9: not independent).
    ("POST", "/v1/audits/{audit_id}/decisions"): TEAM | {R.DECISION_MAKER},
    # Findings, DOMAIN §7.
    ("GET", "/v1/findings"): CASE,
    ("POST", "/v1/findings"): AUDITOR,
    ("GET", "/v1/findings/{finding_id}"): CASE,
    ("POST", "/v1/findings/{finding_id}/dispute"): RECRUITER,
    ("POST", "/v1/findings/{finding_id}/uphold"): REVIEWER,
    ("POST", "/v1/findings/{finding_id}/regrade"): REVIEWER,
    ("POST", "/v1/findings/{finding_id}/respond"): RECRUITER,
    ("POST", "/v1/findings/{finding_id}/reject_plan"): LEAD,
    ("POST", "/v1/findings/{finding_id}/accept_plan"): LEAD,
    ("POST", "/v1/findings/{finding_id}/submit_evidence"): RECRUITER,
    ("POST", "/v1/findings/{finding_id}/verify"): AUDITOR,
    ("POST", "/v1/findings/{finding_id}/reopen"): AUDITOR,
    ("POST", "/v1/findings/{finding_id}/escalate"): LEAD,
    ("POST", "/v1/findings/{finding_id}/void"): REVIEWER,
    # Certificates and decisions, DOMAIN §9 and §10; corrections (C21) are not on the wire yet.
    ("GET", "/v1/certificates"): CASE,
    ("GET", "/v1/certificates/{number}"): PUBLIC,
    ("GET", "/v1/certificates/{number}/history"): PUBLIC,
    ("POST", "/v1/certificates/{number}/decisions"): TEAM | {R.DECISION_MAKER, R.INTEGRITY_OFFICER},
    ("GET", "/v1/decisions"): CASE,
    ("GET", "/v1/decision-flags"): MANAGER
    | INTEGRITY
    | PROGRAMME
    | {R.APPEAL_PANEL, R.DECISION_MAKER},
    ("GET", "/v1/decision-flags/{flag_id}"): MANAGER
    | INTEGRITY
    | PROGRAMME
    | {R.APPEAL_PANEL, R.DECISION_MAKER},
    ("POST", "/v1/decision-flags/{flag_id}/settle"): INTEGRITY,
    ("GET", "/v1/reason-codes"): PUBLIC,
    ("GET", "/v1/verify/{number}"): PUBLIC,
    ("GET", "/v1/verify"): PUBLIC,
    ("GET", "/v1/registry/applicants"): PUBLIC,
    ("POST", "/v1/employer-pays/evaluate"): SIGNED_IN,
    # Who may record what: §8. The recruiter never sees what workers said, an employer its own.
    ("POST", "/v1/recruiters/{recruiter_id}/charges"): RECRUITER | TEAM | {R.EMPLOYER} | MANAGER,
    ("POST", "/v1/recruiters/{recruiter_id}/charges/import"): RECRUITER,
    ("GET", "/v1/recruiters/{recruiter_id}/charges"): CHARGES | {R.EMPLOYER},
    ("POST", "/v1/charges/{charge_id}/answer"): {R.EMPLOYER},
    ("POST", "/v1/recruiters/{recruiter_id}/exceptions"): MANAGER,
    ("GET", "/v1/recruiters/{recruiter_id}/exceptions"): CHARGES,
    ("GET", "/v1/worker-data-reads"): MANAGER | INTEGRITY,
    ("POST", "/v1/exchange-rates"): MANAGER,
    ("GET", "/v1/exchange-rates"): SIGNED_IN,
    ("POST", "/v1/checks"): CHARGES,
    ("GET", "/v1/checks"): RELY_ON_CHECKS,
    ("GET", "/v1/checks/{check_id}"): RELY_ON_CHECKS,
    ("GET", "/v1/checks/{check_id}/workers"): RELY_ON_CHECKS,
    ("GET", "/v1/checks/{check_id}/report.xlsx"): RELY_ON_CHECKS,
    # Repayment: the table of §8; the worker answers by code alone.
    ("POST", "/v1/repayments"): AUDITOR | RECRUITER,
    ("GET", "/v1/repayments"): RELY_ON_CHECKS,
    ("GET", "/v1/repayments/totals"): RELY_ON_CHECKS,
    ("GET", "/v1/repayments/{repayment_id}"): RELY_ON_CHECKS,
    ("POST", "/v1/repayments/confirm"): PUBLIC,
    ("POST", "/v1/repayments/{repayment_id}/quantify"): AUDITOR | RECRUITER,
    ("POST", "/v1/repayments/{repayment_id}/requantify"): AUDITOR,
    ("POST", "/v1/repayments/{repayment_id}/agree"): AUDITOR,
    ("POST", "/v1/repayments/{repayment_id}/schedule"): RECRUITER,
    ("POST", "/v1/repayments/{repayment_id}/pay_instalment"): RECRUITER,
    ("POST", "/v1/repayments/{repayment_id}/settle"): RECRUITER,
    ("POST", "/v1/repayments/{repayment_id}/verify"): AUDITOR,
    ("POST", "/v1/repayments/{repayment_id}/dispute"): AUDITOR,
    ("POST", "/v1/repayments/{repayment_id}/mark_unreachable"): RECRUITER,
    ("POST", "/v1/repayments/{repayment_id}/trace"): AUDITOR | RECRUITER,
    ("POST", "/v1/repayments/{repayment_id}/attempts"): AUDITOR | RECRUITER,
    ("POST", "/v1/repayments/{repayment_id}/hold_apart"): RECRUITER,
    ("POST", "/v1/repayments/{repayment_id}/check_held_apart"): AUDITOR,
    ("POST", "/v1/repayments/{repayment_id}/codes"): AUDITOR,
}
