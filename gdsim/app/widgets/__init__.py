"""The widgets that all tabs are put together from.  They know no mathematics and no tab."""
