-- Entries of new documents are collected and added to the index together, which halves the time of storing a document. Each search also
-- reads what is collected: at most 128 kB, in less than a millisecond.
ALTER INDEX "search_document_lexemes_idx" SET (fastupdate = on, gin_pending_list_limit = 128);
ALTER INDEX "search_document_typos_idx" SET (fastupdate = on, gin_pending_list_limit = 128);
