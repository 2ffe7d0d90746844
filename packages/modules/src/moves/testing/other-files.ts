/** Small exports of other systems, with the columns that each writes. All hold a company, a person, and deals. */
export const OTHER_FILES: Record<string, Record<string, string>> = {
  hubspot: {
    'all-companies.csv': `Record ID,Company name,Company Domain Name,Phone Number,City,Country/Region,Industry,Number of Employees,Annual Revenue,Company owner,Create Date,Parent Company ID
101,Aqua Ltd,aqua.example,,Kiel,Germany,COMPUTER_SOFTWARE,40,2500000,Ada Boats,2022-03-04 05:06,102
102,Sea Holding,sea.example,,Hamburg,Germany,MARITIME,,,Ben Oar,2021-03-04 05:06,
`,
    'all-contacts.csv': `Record ID,First Name,Last Name,Email,Phone Number,Job Title,Contact owner,Create Date,Associated Company,Associated Company IDs,Associated Company (Primary),Associated Company IDs (Primary)
201,Wanda,Waters,wanda@aqua.example,,Buyer,Ada Boats,2024-01-10 08:00,Sea Holding;Aqua Ltd,102;101,Aqua Ltd,101
`,
    'all-deals.csv': `Record ID,Deal Name,Deal Stage,Pipeline,Amount,Close Date,Deal owner,Create Date,Associated Company IDs,Associated Contact IDs,Closed Lost Reason,"Date entered ""Appointment Scheduled (Sales Pipeline)""","Date exited ""Appointment Scheduled (Sales Pipeline)""","Cumulative time in ""Appointment Scheduled (Sales Pipeline)""","Date entered ""Closed Won (Sales Pipeline)""","Date entered ""Contract Sent (Renewals)"""
301,Sails for Aqua,Closed Won (Sales Pipeline),Sales Pipeline,1500,2024-03-20 10:00,Ada Boats,2024-01-10 08:00,101,201,,2024-01-10 08:00,2024-03-20 10:00,6055200000,2024-03-20 10:00,
302,Ropes,Contract Sent (Renewals),Renewals,800,2026-12-31 10:00,Ben Oar,2024-05-02 09:30,102,,,,,,,2024-06-01 12:00
`,
    'all-tasks.csv': `Record ID,Task title,Task status
401,Call Wanda,COMPLETED
`,
  },
  espocrm: {
    'Account.csv': `id,name,website,industry,billingAddressStreet,billingAddressCity,billingAddressCountry,emailAddress,phoneNumber,createdAt,createdById,createdByName,assignedUserId,assignedUserName
5f0a1,Aqua Ltd,https://aqua.example,Shipping,Hafen 1,Kiel,Germany,,'+494311234567,2022-03-04 05:06:07,1,Ada Boats,1,Ada Boats
5f0a2,Sea Holding,,Shipping,Kai 2,Hamburg,Germany,,,2021-03-04 05:06:07,2,Ben Oar,2,Ben Oar
`,
    'Contact.csv': `id,firstName,lastName,accountId,accountName,title,emailAddress,addressStreet,addressCity,createdAt,assignedUserId,assignedUserName
5f0b1,Wanda,Waters,5f0a1,Aqua Ltd,Buyer,wanda@aqua.example,Hafen 1,Kiel,2024-01-10 08:00:00,1,Ada Boats
`,
    'Opportunity.csv': `id,name,accountId,accountName,contactId,stage,amount,amountCurrency,probability,closeDate,leadSource,createdAt,assignedUserId,assignedUserName
5f0c1,Sails for Aqua,5f0a1,Aqua Ltd,5f0b1,Closed Won,1500,USD,100,2024-03-20,Web Site,2024-01-10 08:00:00,1,Ada Boats
5f0c2,Ropes,5f0a2,Sea Holding,,Proposal,800,USD,50,2026-12-31,,2024-05-02 09:30:00,2,Ben Oar
`,
    'Task.csv': `id,name,status,priority,dateEnd
5f0d1,Call Wanda,Completed,Normal,2024-01-11 10:00:00
`,
  },
  pipedrive: {
    'organizations.csv': `Organization - ID,Organization - Name,Organization - Labels,Organization - Owner,Organization - Address,Organization - House number of Address,Organization - Street/road name of Address,Organization - City/town/village/locality of Address,Organization - Organization created
1,Aqua Ltd,Customer,Ada Boats,"Hafen 1, Kiel",1,Hafen,Kiel,2022-03-04 05:06:07
2,Sea Holding,,Ben Oar,"Kai 2, Hamburg",,,Hamburg,2021-03-04 05:06:07
`,
    'people.csv': `Person - ID,Person - Name,Person - First name,Person - Last name,Person - Organization,Person - Email - Work,Person - Phone - Work,Person - Owner,Person - Person created
1,Wanda Waters,Wanda,Waters,Aqua Ltd,wanda@aqua.example,,Ada Boats,2024-01-10 08:00:00
`,
    'deals.csv': `Deal - ID,Deal - Title,Deal - Value,Deal - Currency of Value,Deal - Pipeline,Deal - Stage,Deal - Status,Deal - Organization,Deal - Contact person,Deal - Owner,Deal - Deal created,Deal - Won time,Deal - Lost time,Deal - Lost reason,Deal - Expected close date
1,Sails for Aqua,1500,USD,Pipeline,Negotiations,Won,Aqua Ltd,Wanda Waters,Ada Boats,2024-01-10 08:00:00,2024-03-20 10:00:00,,,2024-03-31
2,Ropes,800,USD,Pipeline,Proposal Made,Open,Sea Holding,,Ben Oar,2024-05-02 09:30:00,,,,2026-12-31
`,
    'activities.csv': `Activity - Subject,Activity - Type,Activity - Due date
Call Wanda,Call,2024-01-11
`,
  },
  twenty: {
    'companies.csv': `Id,Name,Domain Name / Link URL,Employees,Address / City,Address / Country,Account Owner Id,Creation date
20202020-0000-4000-8000-000000000001,Aqua Ltd,https://aqua.example,40,Kiel,Germany,20202020-0000-4000-8000-000000000009,2022-03-04T05:06:07.000Z
20202020-0000-4000-8000-000000000002,Sea Holding,,,Hamburg,Germany,,2021-03-04T05:06:07.000Z
`,
    'people.csv': `Id,Name / First Name,Name / Last Name,Emails / Primary Email,Phones / Primary Phone Number,Phones / Primary Phone Country Code,Phones / Primary Phone Calling Code,Job Title,City,Company Id,Created by / Name,Creation date
20202020-0000-4000-8000-000000000003,Wanda,Waters,wanda@aqua.example,4311234567,DE,\u200d+49,Buyer,Kiel,20202020-0000-4000-8000-000000000001,System,2024-01-10T08:00:00.000Z
`,
    'opportunities.csv': `Id,Name,Amount / Amount,Amount / Currency,Stage,Close date,Company Id,Point of Contact Id,Creation date
20202020-0000-4000-8000-000000000004,Sails for Aqua,1500,USD,CUSTOMER,2024-03-20T00:00:00.000Z,20202020-0000-4000-8000-000000000001,20202020-0000-4000-8000-000000000003,2024-01-10T08:00:00.000Z
20202020-0000-4000-8000-000000000005,Ropes,800,USD,PROPOSAL,2026-12-31T00:00:00.000Z,20202020-0000-4000-8000-000000000002,,2024-05-02T09:30:00.000Z
`,
    'tasks.csv': `Id,Title,Due Date
20202020-0000-4000-8000-000000000006,Call Wanda,2024-01-11T08:00:00.000Z
`,
  },
};
