"""The pages to export and erase one person."""
