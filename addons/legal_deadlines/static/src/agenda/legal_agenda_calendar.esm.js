import { registry } from "@web/core/registry";
import { calendarView } from "@web/views/calendar/calendar_view";
import { CalendarController } from "@web/views/calendar/calendar_controller";

/** A date is opened as the deadline, appointment or task that it shows. */
export class LegalAgendaCalendarController extends CalendarController {
    async editRecord(record) {
        const row = record.rawRecord;
        await this.action.doAction({
            type: "ir.actions.act_window",
            res_model: row.res_model,
            res_id: Math.floor(record.id / 4),
            views: [[false, "form"]],
        });
    }
}

registry.category("views").add("legal_agenda_calendar", {
    ...calendarView,
    Controller: LegalAgendaCalendarController,
});
