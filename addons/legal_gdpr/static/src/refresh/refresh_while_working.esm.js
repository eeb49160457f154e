import { Component, onWillUnmount, xml } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const EVERY = 2000;

/**
 * Reads the record anew every two seconds as long as it is shown.
 *
 * For what the server does in the background: it stands in a form with `invisible` for
 * when there is nothing to wait for. What somebody is just writing is left alone.
 */
export class RefreshWhileWorking extends Component {
    static template = xml`<span class="fa fa-spinner fa-spin me-2" aria-hidden="true"/>`;
    static props = { ...standardWidgetProps };

    setup() {
        const timer = browser.setInterval(() => this.refresh(), EVERY);
        onWillUnmount(() => browser.clearInterval(timer));
    }

    async refresh() {
        const { record } = this.props;
        if (this.reading || document.hidden || (await record.isDirty())) {
            return;
        }
        this.reading = true;
        try {
            await record.load();
        } catch {
            // Without a connection the client says so itself.
        } finally {
            this.reading = false;
        }
    }
}

registry
    .category("view_widgets")
    .add("legal_refresh_while_working", { component: RefreshWhileWorking });
