import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Shows where each recipient of a mail stands in the matter.
 *
 * The value is a list of {name, side, label, roles}.
 */
export class LegalSidesField extends Component {
    static template = "legal_crm.LegalSidesField";
    static props = { ...standardFieldProps };

    get recipients() {
        return this.props.record.data[this.props.name] || [];
    }

    badgeClass(side) {
        return (
            {
                own: "text-bg-success",
                adverse: "text-bg-danger",
                neutral: "text-bg-info",
                colleague: "text-bg-light",
            }[side] || "text-bg-warning"
        );
    }
}

registry.category("fields").add("legal_sides", { component: LegalSidesField });
