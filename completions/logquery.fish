# fish completion for logquery; made by `logquery --generate complete-fish`
# What the word at the cursor may go on as: a query, or the arguments of the stage $argv[1].
function __logquery_query
    set -l typed (commandline -ct | string replace -r -- '^--[a-z-]+=' '')
    set -l text (string unescape -- $typed)
    string match -qr '^[\'"]' -- $typed; and set text (string unescape -- $typed(string sub -l 1 -- $typed))
    set -l others (commandline -opc)
    set -l program $others[1]
    set -e others[1]
    contains -- "$others[-1]" --fields --top --by; and set -e others[-1]
    set -l all (commandline -op)
    set -l found ($program $others $all[(math (count (commandline -opc)) + 2)..] --complete "$argv[1]$text" 2>/dev/null | string replace -- "$argv[1]" '')
    if test (count $found) -eq 0
        test -z "$argv[1]"; and __fish_complete_path (commandline -ct)
        return
    end
    printf '%s\n' $found
    # Of one alone it would close the quote, and the query goes on.
    test (count $found) -eq 1; and string match -qr '^[\'"]' -- $typed; and printf '%s \n' $found
end
# Whether the word at the cursor is the query: only options stand before it.
function __logquery_at_query
    set -l words (commandline -opc)
    set -l i 2
    while test $i -le (count $words)
        if contains -- $words[$i] -d --dir --key-file -i --input --index-dir -S --since -U --until -n --lines -A --after-context -B --before-context -C --context --fields --top --by --span -o --output --export --cursor-file --pager --server --browser --complete --threads --memory --temp-dir --color --generate --config
            set i (math $i + 1)
        else if not string match -q -- '-?*' $words[$i]
            return 1
        end
        set i (math $i + 1)
    end
end
complete -c logquery -s d -l dir -x -a '(__fish_complete_directories)' -d 'The store'\''s folder'
complete -c logquery -l key-file -r -F -d 'The keys of an encrypted store'
complete -c logquery -s i -l input -x -a 'auto frames ndjson raw docker json rfc5424 cri nginx-error apache-error glog logcat audit cluster proxifier nginx apache postgres postgres-csv strace zap syslog logfmt compose redis app java python stamped plain' -d 'What files and standard input hold: frames, ndjson, raw, or a format of logparse'
complete -c logquery -l index-dir -x -a '(__fish_complete_directories)' -d 'Where logindex keeps the sidecars of files'
complete -c logquery -s S -l since -x -d 'Only records of this time or later: 2h, "2h ago", yesterday, a date'
complete -c logquery -s U -l until -x -d 'Only records of this time or earlier'
complete -c logquery -s n -l lines -x -d 'Only the latest COUNT; all for no limit'
complete -c logquery -l ignore-case -d 'Letter case does not matter in values and regular expressions'
complete -c logquery -s f -l follow -d 'Go on with what comes into the store'
complete -c logquery -s A -l after-context -x -d 'Show COUNT rows after each hit too'
complete -c logquery -s B -l before-context -x -d 'Show COUNT rows before each hit too'
complete -c logquery -s C -l context -x -d 'Show COUNT rows before and after each hit: | context'
complete -c logquery -s c -l count -d 'Print only how many'
complete -c logquery -l fields -x -k -a '(__logquery_query "| fields ")' -d 'Only these fields: | fields'
complete -c logquery -l top -x -k -a '(__logquery_query "| fields ")' -d 'The values that occur most often: | top'
complete -c logquery -l by -x -k -a '(__logquery_query "| fields ")' -d 'Counts for each value: | count by'
complete -c logquery -l span -x -d 'Counts over time, with --by for each value: | timechart'
complete -c logquery -s o -l output -x -a 'text ndjson json csv tsv raw logfmt table frames' -d 'How to print'
complete -c logquery -l json -d 'The same as -o json'
complete -c logquery -l export -r -F -d 'Write to a new file; its name says how: .csv, .tsv, .ndjson, .logfmt, .log; .zst and .gz compress'
complete -c logquery -l cursor-file -r -F -d 'Of --export from a store: where to note how far it came, to go on there the next time'
complete -c logquery -l table -d 'Columns under a head line; the same as -o table'
complete -c logquery -l wide -d 'On a terminal, do not cut long values'
complete -c logquery -l pager -x -d 'Shows long output on a terminal'
complete -c logquery -l no-pager -d 'Write to the terminal itself'
complete -c logquery -l utc -d 'Times in UTC, not in the local zone'
complete -c logquery -l stats -d 'Print what was read and found, to stderr'
complete -c logquery -l explain -d 'Print how the query was understood and what was left out, to stderr'
complete -c logquery -l open -d 'Show this query on the page of a running logserve, or print its address'
complete -c logquery -l server -x -d 'Of --open: where the logserve is'
complete -c logquery -l browser -x -d 'Of --open: what shows pages'
complete -c logquery -l partial -d 'Print what a query that counts has collected, for --merge'
complete -c logquery -l merge -d 'Read what several --partial of this query printed, and finish it'
complete -c logquery -l complete -x -d 'Print what the beginning of a query may go on as, one a line; a word beside it is a FILE'
complete -c logquery -l threads -x -d 'How many threads read a store or a file; the answer is the same'
complete -c logquery -l memory -x -d 'Bound of the process'\''s memory: what sorts and counts hold beyond it goes into temporary files'
complete -c logquery -l temp-dir -x -a '(__fish_complete_directories)' -d 'Where temporary files are'
complete -c logquery -s h -d 'Short help'
complete -c logquery -l help -d 'Full help'
complete -c logquery -l version -d 'Print the version'
complete -c logquery -s q -l quiet -d 'No warnings, only errors'
complete -c logquery -l verbose -d 'Say more about what is done'
complete -c logquery -l color -x -a 'auto always never' -d 'Colour the output: auto means on a terminal, unless $NO_COLOR is set'
complete -c logquery -l generate -x -a 'complete-bash complete-zsh complete-fish options' -d 'Print a completion script, or the list of options, and exit'
complete -c logquery -l config -r -F -d 'Read options from a TOML file'
complete -c logquery -n __logquery_at_query -f -k -a '(__logquery_query "")'
