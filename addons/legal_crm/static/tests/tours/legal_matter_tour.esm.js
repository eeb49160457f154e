import { registry } from "@web/core/registry";

// The two things an assistant does all day, as she does them.

registry.category("web_tour.tours").add("legal_crm_log_call", {
    steps: () => [
        {
            content: "One click opens the dialog",
            trigger: ".o_statusbar_buttons button[name=action_log_call]",
            run: "click",
        },
        {
            content: "The client is there already",
            trigger:
                ".modal .o_field_widget[name=partner_ids] .o_tag:contains(Hans Meier)",
        },
        {
            trigger: ".modal .o_field_widget[name=subject] input",
            run: "edit He accepts the offer",
        },
        {
            content: "The second click files it",
            trigger: ".modal footer button[name=action_file]",
            run: "click",
        },
        {
            content: "It stands in the timeline",
            trigger: "body:not(:has(.modal)) .o_notebook a[name=timeline]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=communication_ids] .o_data_row:contains(He accepts the offer)",
        },
    ],
});

registry.category("web_tour.tours").add("legal_crm_adverse_mail", {
    steps: () => [
        {
            content: "The chatter opens the composer that shows the sides",
            trigger: ".o-mail-Chatter-sendMessage",
            run: "click",
        },
        {
            trigger: ".modal .o_legal_sides [data-side=own]:contains(Hans Meier)",
        },
        {
            content: "Add somebody of the other side",
            trigger: ".modal .o_field_widget[name=partner_ids] input:visible",
            run: "edit Müller GmbH",
        },
        {
            trigger: ".ui-autocomplete .dropdown-item:contains(Müller GmbH)",
            run: "click",
        },
        {
            trigger: ".modal .o_legal_sides [data-side=adverse]:contains(Müller GmbH)",
        },
        {
            trigger: ".modal [role=alert]:contains(Send to the adverse side)",
        },
        {
            content: "Sending asks again",
            trigger: ".modal button.o_mail_send:visible",
            run: "click",
        },
        {
            trigger: ".o_error_dialog, .modal:contains(Nothing was sent)",
        },
        {
            trigger: ".modal:contains(Nothing was sent) footer button",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=legal_adverse_confirmed] input",
            run: "click",
        },
        {
            trigger: ".modal button.o_mail_send:visible",
            run: "click",
        },
        {
            content: "It was sent, and is in the timeline",
            trigger: "body:not(:has(.modal)) .o_notebook a[name=timeline]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=communication_ids] .o_data_row:contains(Outgoing)",
        },
    ],
});
