import { Chatter } from "@mail/chatter/web_portal/chatter";
import { patch } from "@web/core/utils/patch";

/**
 * From a matter, a mail is always written in the full composer: it shows where each
 * recipient stands. The small one under the chatter does not.
 */
patch(Chatter.prototype, {
    toggleComposer(mode = false, options = {}) {
        const thread = this.state.thread;
        if (mode === "message" && thread?.model === "legal.matter" && thread.id) {
            return this.openLegalComposer(thread);
        }
        return super.toggleComposer(mode, options);
    },

    async openLegalComposer(thread) {
        const action = await this.orm.call("legal.matter", "action_write_mail", [
            [thread.id],
        ]);
        return this.env.services.action.doAction(action, {
            // what was sent is in the chatter and in the timeline of the form
            onClose: () => this.reloadParentView(),
        });
    },
});
