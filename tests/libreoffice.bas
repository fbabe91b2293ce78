' What tests let LibreOffice do without a window: open, change, save. See tests/libreoffice.py.
Option Explicit

Dim oDoc As Object
Dim nHits As Integer
Dim sLog As String

Sub Run(sJob As String)
    Dim nIn As Integer, sLine As String, a
    nIn = FreeFile
    Open sJob For Input As #nIn
    sLog = sJob & ".log"
    Do While Not Eof(nIn)
        Line Input #nIn, sLine
        If Len(sLine) > 0 Then
            a = Split(sLine, Chr(9))
            One a
        End If
    Loop
    Close #nIn
End Sub

Function Plain(s As String) As String
    ' a job line is ASCII: other signs are %u and four hex digits
    Dim i As Long, sMade As String
    i = 1
    Do While i <= Len(s)
        If Mid(s, i, 2) = "%u" Then
            sMade = sMade & Chr(CLng("&H" & Mid(s, i + 2, 4)))
            i = i + 6
        Else
            sMade = sMade & Mid(s, i, 1)
            i = i + 1
        End If
    Loop
    Plain = sMade
End Function

Sub One(a)
    On Error Goto Failed
    Select Case a(0)
    Case "open"
        Dim p(0) As New com.sun.star.beans.PropertyValue
        ' not hidden: LibreOffice 7.4 dies of comments in a hidden document
        p(0).Name = "Hidden" : p(0).Value = False
        oDoc = StarDesktop.loadComponentFromURL(a(1), "_blank", 0, p())
    Case "track"
        oDoc.RecordChanges = (a(1) = "on")
    Case "save"
        Dim q(0) As New com.sun.star.beans.PropertyValue
        q(0).Name = "FilterName" : q(0).Value = a(2)
        oDoc.storeToURL(a(1), q())
    Case "close"
        oDoc.close(True)
    Case Else
        Change a
    End Select
    Note a(0) & Chr(9) & "ok"
    Exit Sub
Failed:
    Note a(0) & Chr(9) & "failed " & Err
End Sub

Function Found(oText As Object, sWhole As String) As Object
    ' the paragraph that reads so, also in a table's cells; else nothing
    Dim e As Object, p As Object, c, i As Long, inner As Object
    e = oText.createEnumeration()
    Do While e.hasMoreElements()
        p = e.nextElement()
        If p.supportsService("com.sun.star.text.Paragraph") Then
            If p.String = sWhole Then
                Found = p
                Exit Function
            End If
        ElseIf p.supportsService("com.sun.star.text.TextTable") Then
            c = p.getCellNames()
            For i = LBound(c) To UBound(c)
                inner = Found(p.getCellByName(c(i)), sWhole)
                If Not IsNull(inner) Then
                    Found = inner
                    Exit Function
                End If
            Next i
        End If
    Loop
    Found = Nothing
End Function

Function Passage(p As Object, s As String) As Object
    Dim d As Object, r As Object 
    d = oDoc.createSearchDescriptor()
    d.SearchString = s
    d.SearchCaseSensitive = True
    r = oDoc.findNext(p.getStart(), d)
    Passage = r
End Function

Sub Change(a)
    Dim p As Object, r As Object, c As Object, t As Object, f As Object
    p = Found(oDoc.Text, Plain(a(1)))
    If IsNull(p) Then Err.Raise 1001
    t = p.getText()
    Select Case a(0)
    Case "replace"
        r = Passage(p, Plain(a(2)))
        r.setString(Plain(a(3)))
    Case "append"
        t.insertString(p.getEnd(), Plain(a(2)), False)
    Case "prepend"
        t.insertString(p.getStart(), Plain(a(2)), False)
    Case "split"
        r = Passage(p, Plain(a(2)))
        t.insertControlCharacter(r.getStart(), 0, False)
    Case "join"
        c = t.createTextCursorByRange(p.getEnd())
        c.goRight(1, True)
        c.setString("")
    Case "bold"
        r = Passage(p, Plain(a(2)))
        r.CharWeight = 150
    Case "comment"
        r = Passage(p, Plain(a(2)))
        f = oDoc.createInstance("com.sun.star.text.textfield.Annotation")
        f.Content = Plain(a(3))
        f.Author = Plain(a(4))
        c = t.createTextCursorByRange(r)
        c.collapseToEnd()
        t.insertTextContent(c, f, False)
    Case "item"
        t.insertString(p.getEnd(), Chr(13) & Plain(a(2)), False)
    Case Else
        Err.Raise 1002
    End Select
End Sub

Sub Note(sLine As String)
    Dim nOut As Integer
    nOut = FreeFile
    Open sLog For Append As #nOut
    Print #nOut, sLine
    Close #nOut
End Sub
