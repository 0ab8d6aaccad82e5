// Adds a button to the start page of Orthanc Explorer, which leads to the list of studies. It uses the Explorer's jQuery.
$('#lookup').live('pagebeforecreate', () => {
    $('<a>')
        .attr({
            id: 'paging-ui',
            href: '../paging/ui/',
            rel: 'external',
            'data-role': 'button',
            'data-icon': 'grid',
            'data-theme': 'b',
        })
        .text('Study list')
        .insertBefore('#lookup-form');
});
