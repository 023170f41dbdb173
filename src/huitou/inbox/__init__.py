"""Files of other systems on their way into the books: jobs with their progress, mappings kept by source, drops."""
