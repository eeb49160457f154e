import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { useService } from "@web/core/utils/hooks";

/**
 * The reference numbers of a matter; a click copies one.
 *
 * The value is a list of {value, label}.
 */
export class LegalCopyChips extends Component {
    static template = "legal_crm.LegalCopyChips";
    static props = { ...standardFieldProps };

    setup() {
        this.notification = useService("notification");
    }

    get references() {
        return this.props.record.data[this.props.name] || [];
    }

    async copy(value) {
        try {
            await browser.navigator.clipboard.writeText(value);
            this.notification.add(_t("Copied: %s", value), { type: "success" });
        } catch {
            // Without a secure connection a browser has no clipboard for pages.
            this.notification.add(
                _t("The browser did not allow copying. Mark and copy it: %s", value),
                { type: "warning" }
            );
        }
    }
}

registry.category("fields").add("legal_copy_chips", { component: LegalCopyChips });
