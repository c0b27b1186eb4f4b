"""Both languages of the site: built, served and finished."""
