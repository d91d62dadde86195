// Only browsers without module scripts run this: they are led to a page that needs no script.
location.replace("plain.html");
