from syndicator.store.database import Store


def test_backup_tells_what_is_in_the_copy_and_how_it_is_used(syndicator, folder):
    Store(folder / "syndicator.db").close()
    said = syndicator("backup", "copy.db")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("copy.db: 0 articles, ")
    assert "stop the service, and put it in the place of syndicator.db" in said.out


def test_backup_for_scripts(syndicator, folder):
    Store(folder / "syndicator.db").close()
    said = syndicator("backup", "copy.db", "--json").json
    assert said == {"file": "copy.db", "articles": 0, "bytes": (folder / "copy.db").stat().st_size}


def test_a_second_backup_to_one_file_is_refused(syndicator, folder):
    Store(folder / "syndicator.db").close()
    syndicator("backup", "copy.db")
    said = syndicator("backup", "copy.db")
    assert said.code == 1
    assert "copy.db is there already" in said.err
