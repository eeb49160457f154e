from odoo.addons.legal_crm.tests.common import LegalCommon


class TaskCommon(LegalCommon):
    """The small firm with an open matter and a team."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matter = cls._matter()
        cls.matter.action_open()
        cls.team = cls.env["legal.team"].create(
            {
                "name": "Civil Law",
                "member_ids": [(6, 0, (cls.lawyer | cls.assistant).ids)],
            }
        )
        cls.project = cls.env.ref("legal_deadlines.project_legal_tasks")
        cls.to_do, cls.in_progress, cls.waiting, cls.done = (
            cls.env.ref(f"legal_deadlines.task_stage_{name}")
            for name in ("to_do", "in_progress", "waiting", "done")
        )

    @classmethod
    def _task(cls, user=None, matter=None, **values):
        """A task of the matter by the first lawyer, for himself."""
        user = user or cls.lawyer
        if matter is None:
            matter = cls.matter
        return (
            cls.env["project.task"]
            .with_user(user)
            .with_context(legal_tasks=True)
            .create(
                {
                    "name": "Ask for the salary slips",
                    "matter_id": matter.id,
                    "user_ids": [(6, 0, user.ids)],
                    **values,
                }
            )
        )

    def _wall(self, users=None):
        self.matter.sudo().excluded_user_ids |= users or self.lawyer2
        self.env.flush_all()
        self.env.invalidate_all()
