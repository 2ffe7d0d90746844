/** A small company's export from Salesforce, with the columns that its data export writes. */
export const SALESFORCE_FILES: Record<string, string> = {
  'OpportunityHistory.csv': `Id,OpportunityId,CreatedById,CreatedDate,StageName,Amount,ExpectedRevenue,CloseDate,Probability,ForecastCategory,SystemModstamp,IsDeleted
008000000000001,006000000000001AAA,005000000000001AAA,2024-01-10 08:00:00,Prospecting,1000,100,2024-03-31,10,Pipeline,2024-01-10 08:00:00,0
008000000000002,006000000000001AAA,005000000000001AAA,2024-01-20 08:00:00,Prospecting,1500,150,2024-03-31,10,Pipeline,2024-01-20 08:00:00,0
008000000000003,006000000000001AAA,005000000000002AAA,2024-02-01 08:00:00,Proposal/Price Quote,1500,1125,2024-03-31,75,BestCase,2024-02-01 08:00:00,0
008000000000004,006000000000001AAA,005000000000002AAA,2024-03-20 08:00:00,Closed Won,1500,1500,2024-03-20,100,Closed,2024-03-20 08:00:00,0
008000000000005,006000000000009AAA,005000000000002AAA,2024-03-20 08:00:00,Closed Won,1500,1500,2024-03-20,100,Closed,2024-03-20 08:00:00,0
`,
  'Opportunity.csv': `Id,IsDeleted,AccountId,IsPrivate,Name,Description,StageName,Amount,Probability,CloseDate,Type,NextStep,LeadSource,IsClosed,IsWon,ForecastCategory,OwnerId,CreatedDate,CreatedById,ContactId,Delivery__c
006000000000001AAA,0,001000000000002AAA,0,Sails for Aqua,Two sails,Closed Won,1500,100,2024-03-20,New Customer,,Web,1,1,Closed,005000000000001AAA,2024-01-10 08:00:00,005000000000001AAA,003000000000001AAA,2024-04-30
006000000000002AAA,0,001000000000001AAA,0,Ropes for Holding,,Proposal/Price Quote,800,75,2026-12-31,,Call back,Referral,0,0,BestCase,005000000000002AAA,2024-05-02 09:30:00,005000000000002AAA,,2025-01-15
006000000000003AAA,0,001000000000002AAA,0,Anchors,,Closed Lost,300,0,2024-02-02,,,,1,0,Omitted,005000000000003AAA,2024-01-02 09:30:00,005000000000002AAA,,
006000000000004AAA,1,001000000000002AAA,0,Deleted there,,Prospecting,1,10,2024-02-02,,,,0,0,Pipeline,005000000000001AAA,2024-01-02 09:30:00,005000000000001AAA,,
`,
  'OpportunityLineItem.csv': `Id,OpportunityId,SortOrder,PricebookEntryId,Product2Id,ProductCode,Name,Quantity,TotalPrice,UnitPrice,ListPrice,CreatedDate,IsDeleted
00k000000000001,006000000000001AAA,1,01u000000000001,01t000000000001AAA,SAIL-1,Sails for Aqua Sail,2,1500,750,800,2024-01-10 08:00:00,0
00k000000000002,006000000000002AAA,1,01u000000000002,01t000000000002AAA,ROPE-1,Ropes for Holding Rope,8,800,100,100,2024-05-02 09:30:00,0
`,
  'Lead.csv': `Id,IsDeleted,LastName,FirstName,Name,Title,Company,Street,City,State,PostalCode,Country,Phone,MobilePhone,Email,Website,LeadSource,Status,Industry,Rating,OwnerId,IsConverted,ConvertedDate,ConvertedAccountId,ConvertedContactId,ConvertedOpportunityId,CreatedDate,CreatedById
00Q000000000001AAA,0,Waters,Wanda,Wanda Waters,Buyer,Aqua Ltd,,Kiel,,24103,Germany,,,wanda@aqua.example,,Web,Closed - Converted,,Hot,005000000000001AAA,1,2024-01-10,001000000000002AAA,003000000000001AAA,006000000000001AAA,2023-12-01 10:00:00,005000000000001AAA
00Q000000000002AAA,0,Open,Otto,Otto Open,,Open Seas,,Rostock,,,Germany,,,otto@seas.example,,Web,Open - Not Contacted,,Warm,005000000000002AAA,0,,,,,2024-06-01 10:00:00,005000000000002AAA
`,
  'Contact.csv': `Id,IsDeleted,AccountId,LastName,FirstName,Salutation,Name,MailingStreet,MailingCity,MailingState,MailingPostalCode,MailingCountry,Phone,MobilePhone,Email,Title,Department,OwnerId,CreatedDate,CreatedById
003000000000001AAA,0,001000000000002AAA,Waters,Wanda,Ms.,Wanda Waters,Hafen 1,Kiel,,24103,Germany,,,wanda@aqua.example,Buyer,Purchasing,005000000000001AAA,2024-01-10 08:00:00,005000000000001AAA
`,
  'Account.csv': `Id,IsDeleted,MasterRecordId,Name,Type,ParentId,BillingStreet,BillingCity,BillingState,BillingPostalCode,BillingCountry,Phone,Website,Industry,AnnualRevenue,NumberOfEmployees,Description,OwnerId,CreatedDate,CreatedById,Tier__c,Contract_Notes__c
001000000000002AAA,0,,Aqua Ltd,Customer,001000000000001AAA,Hafen 1,Kiel,,24103,Germany,,https://aqua.example,Shipping,2500000,40,,005000000000001AAA,2022-03-04 05:06:07,005000000000001AAA,3,Renews yearly
001000000000001AAA,0,,Sea Holding,Customer,,Kai 2,Hamburg,,20457,Germany,,,Shipping,,,,005000000000002AAA,2021-03-04 05:06:07,005000000000002AAA,1,
`,
  'Product2.csv': `Id,Name,ProductCode,Description,IsActive,CreatedDate,CreatedById,Family,IsDeleted
01t000000000001AAA,Sail,SAIL-1,A sail,1,2020-01-01 00:00:00,005000000000001AAA,Rigging,0
01t000000000002AAA,Rope,ROPE-1,,1,2020-01-01 00:00:00,005000000000001AAA,Rigging,0
`,
  'PricebookEntry.csv': `Id,Name,Pricebook2Id,Product2Id,UnitPrice,IsActive,UseStandardPrice,CreatedDate,CreatedById,ProductCode,IsDeleted
01u000000000001,Sail,01s000000000001,01t000000000001AAA,800,1,0,2020-01-01 00:00:00,005000000000001AAA,SAIL-1,0
01u000000000002,Rope,01s000000000001,01t000000000002AAA,100,1,0,2020-01-01 00:00:00,005000000000001AAA,ROPE-1,0
01u000000000003,Rope,01s000000000002,01t000000000002AAA,90,1,0,2020-01-01 00:00:00,005000000000001AAA,ROPE-1,0
`,
  'User.csv': `Id,Username,LastName,FirstName,Name,CompanyName,Email,IsActive,ProfileId
005000000000001AAA,ada@boats.example,Boats,Ada,Ada Boats,Boats,ada@boats.example,1,00e000000000001
005000000000002AAA,ben@boats.example,Oar,Ben,Ben Oar,Boats,ben@boats.example,1,00e000000000001
005000000000003AAA,gone@boats.example,Gone,Gina,Gina Gone,Boats,gone@boats.example,0,00e000000000001
`,
  'Task.csv': `Id,WhoId,WhatId,Subject,ActivityDate,Status,Priority,OwnerId,Description,CreatedDate
00T000000000001,003000000000001AAA,006000000000001AAA,Call Wanda,2024-01-11,Completed,Normal,005000000000001AAA,,2024-01-10 08:00:00
`,
  'photos.csv': `File,Size
a.jpg,12
`,
};
