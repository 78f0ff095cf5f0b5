"""Raw values → typed columns → problems → verdict, in whole batches; the only door to pandera."""
