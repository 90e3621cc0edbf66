"""nbgrader's settings for this course; read by nbgrader, by formgrader and by the command `autograder`.

What holds for one instructor alone goes into `nbgrader_config_local.py` beside this file, which git ignores.

Classes of ours are named as text. nbgrader goes on without its settings if one of them cannot be read; a name that it
cannot import stops it, and so no submission runs outside the sandbox.
"""

from pathlib import Path

c = get_config()

c.CourseDirectory.course_id = "default_course"
c.CourseDirectory.root = str(Path(__file__).parent)

# What grading writes lies under grading/; the release is the committed folder exercises/.
c.CourseDirectory.source_directory = "grading/source"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/nbgrader_feedback"
c.CourseDirectory.db_url = f"sqlite:///{Path(c.CourseDirectory.root).resolve() / 'grading' / 'gradebook.db'}"

# Late submissions: "none" keeps the score, "zero" takes all of it off. A class of your own goes into
# AssignLatePenalties.plugin_class.
c.LateSubmissionPlugin.penalty_method = "none"

# nbgrader zip_collect, like autograder collect, unpacks nothing that leads elsewhere, and knows the names that Moodle
# and Canvas give. For another platform, set c.FileNameCollectorPlugin.named_regexp; both obey it.
c.ZipCollectApp.extractor_plugin = "autograder.platforms.zip_collect.SafeExtractor"
c.ZipCollectApp.collector_plugin = "autograder.platforms.zip_collect.PlatformCollector"

# Solutions give way to stubs that name the function, or to the wrong version that students are to repair; where the
# book is published, the notebooks link to it.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "autograder.release.sets.ClearSolutionsNamed",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
    "autograder.release.sets.StampVersion",
    "autograder.release.links.LinkToBook",
]

# Formgrader shows names as text.
c.HTMLExporter.preprocessors = ["autograder.plugin.NamesAsText"]

# The exchange: regular files alone are collected, from folders that belong to the student whose name they bear.
c.ExchangeFactory.collect = "autograder.plugin.Collect"

# Feedback by the exchange: our page, to the submission that it was made for.
c.GenerateFeedback.exporter_class = "autograder.plugin.FeedbackPage"
c.ExchangeFactory.release_feedback = "autograder.plugin.ReleaseFeedback"

# nbgrader autograde and formgrader's button grade in the sandbox, and record as the command `autograder` does.
# Students' files other than the notebook are not copied.
c.Autograde.exporter_class = "autograder.plugin.SandboxExporter"
c.Autograde.pre_convert_hook = "autograder.plugin.one_notebook"
c.Autograde.sanitize_preprocessors = []
c.Autograde.autograde_preprocessors = []

try:
    load_subconfig("nbgrader_config_local.py", str(Path(__file__).parent))
except Exception as error:
    raise SystemExit(
        f"nbgrader_config_local.py cannot be read ({error!r}), and nothing is done without it: mend it"
    ) from None
