import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { rpc } from "@web/core/network/rpc";
import { useService } from "@web/core/utils/hooks";

const EVERY = 10 * 60 * 1000;

/**
 * A red sign in the menu bar while nobody is reminded of deadlines.
 *
 * It asks when the page is opened, and every ten minutes; a click says what to do.
 */
export class ReminderMonitor extends Component {
    static template = "legal_deadlines.ReminderMonitor";
    static props = {};

    setup() {
        this.notification = useService("notification");
        this.state = useState({ message: "" });
        onWillStart(() => {
            // Nobody waits for the answer to see his page.
            this.ask();
        });
        const timer = browser.setInterval(() => this.ask(), EVERY);
        onWillUnmount(() => browser.clearInterval(timer));
    }

    async ask() {
        try {
            const { message } = await rpc(
                "/web/dataset/call_kw/legal.deadline.run/get_state",
                {
                    model: "legal.deadline.run",
                    method: "get_state",
                    args: [],
                    kwargs: {},
                },
                { silent: true }
            );
            if (message !== this.state.message) {
                this.state.message = message;
                // The menu makes room for the sign, or takes it back.
                registry.category("systray").trigger("UPDATE");
            }
        } catch {
            // Without a connection the client says so itself.
        }
    }

    explain() {
        this.notification.add(this.state.message, { type: "danger", sticky: true });
    }
}

registry
    .category("systray")
    .add(
        "legal_deadlines.ReminderMonitor",
        { Component: ReminderMonitor },
        { sequence: 200 }
    );
