"""How the notes are built: every cell is run, and a warning is an error."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / '_ext'))

project = 'Lifted RNN'
author = 'the Lifted RNN founders'
extensions = ['myst_nb', 'sphinx_design', 'columns']
exclude_patterns = ['_build']

myst_enable_extensions = ['colon_fence']
nb_execution_mode = 'force'
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True

html_theme = 'pydata_sphinx_theme'
html_title = 'Lifted RNN'
html_static_path = ['_static']
html_css_files = ['columns.css']
html_sidebars = {'**': []}  # three columns of code want the whole width
html_theme_options = {
  'secondary_sidebar_items': [],
  'show_prev_next': True,
  'navbar_end': ['theme-switcher'],
}
