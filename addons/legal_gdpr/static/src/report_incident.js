import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/**
 * The menu of the user has "Report an Incident": two clicks from every screen, and from
 * a phone. Whoever has to look for the form reports a day later.
 *
 * @param {Object} env
 * @returns {Object} the item
 */
export function reportIncidentItem(env) {
    return {
        type: "item",
        id: "report_incident",
        description: _t("Report an Incident"),
        callback: () =>
            env.services.action.doAction("legal_gdpr.gdpr_breach_action_report"),
        sequence: 25,
    };
}

registry.category("user_menuitems").add("report_incident", reportIncidentItem);
