"""The pages that are looked at one by one, as a chair of the demo board sees them."""

from __future__ import annotations

PAGES = (
    "/", "/papers", "/papers?q=nichtszufinden", "/papers/new", "/papers/1", "/papers/2",
    "/papers/4", "/papers/1/settings", "/papers/1/revisions", "/papers/1/revisions/2",
    "/papers/2/revisions/3", "/papers/1/compare/1/now", "/papers/2/revisions/3#Z4-6",
    "/papers/1/compare/1/4?view=columns", "/papers/2/amendments", "/papers/2/amendments/1",
    "/papers/2/amendments/votes", "/papers/2/merge", "/papers/2/merge?only=changed",
    "/papers/2/merge?view=result", "/papers/1/comments", "/papers/1/export",
    "/papers/1/return", "/papers/1/attachments", "/papers/24/attachments",
    "/topics", "/topics?show=all", "/topics/new", "/topics/1", "/topics/8",
    "/topics/9", "/topics/12", "/topics/weigh/10", "/goals", "/goals/new", "/goals/1",
    "/goals/1/edit", "/goals/strategies/1", "/goals/strategies/1?view=changes",
    "/goals/strategies/new", "/bodies", "/bodies/landesvorstand", "/me", "/people",
    "/papers/1/polls", "/polls/1", "/polls/2", "/tasks", "/tasks?state=all", "/tasks/new",
    "/tasks/1", "/tasks/3", "/sessions", "/sessions/8", "/sessions/9/change", "/sessions/9/marks",
    "/sessions/8/minutes", "/sessions/new", "/sessions/9", "/sessions/9/packet",
    "/sessions/9/amendments", "/plan",
    "/bodies/landesvorstand/lead-time", "/decisions", "/decisions/1", "/papers/24/settings",
    "/bodies/landesvorstand/rules", "/bodies/landesvorstand/rules/change", "/help",
    "/papers/1/comments/passages", "/papers/21/suggestions/answered", "/demands", "/demands/new",
    "/demands/1", "/demands/1/invite", "/papers/11/revisions/2", "/nirgendwo",
)  # fmt: skip
